"""Pictures compared as an eye compares them: what has moved, is missing or has another colour counts, the edges of
letters do not.

Two versions of a browser, or two machines, draw the same page with other edges: other hinting, other anti-aliasing,
half a pixel here or there. So both pictures are made smaller by taking means, and a point is wrong only when its colour
is found nowhere among its neighbours in the other picture. That is asked both ways: what appears is not among what was
kept, what disappears is not among what is seen.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

REDUCTION: Final = 4
"""Points of a picture, each way, to one of what is kept."""
COLOURS: Final = 128
"""Of a kept picture: red, yellow, cream, black, white and what lies between them."""
FLAT: Final = 8
"""Steps of 256 by which a channel may differ where nothing is drawn: as many as the palette takes at most."""
EDGE: Final = 0.15
"""The part of the local contrast by which it may differ besides, at the edges of letters."""
STRAY: Final = 14
"""Wrong points that may stand together within `WINDOW`. Another hinting makes up to 7 of them and half a pixel's shift
12; an icon, or a word in another colour, 33 and more."""
WINDOW: Final = 16

Points = NDArray[np.int16]


def reduced(png: bytes) -> Image.Image:
    """The picture as it is kept: smaller, in few colours."""
    return small(png).quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def small(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB").reduce(REDUCTION)


def wrong_points(seen: Image.Image, kept: Image.Image) -> NDArray[np.bool_]:
    """Where the two differ; both of one size. Raises ValueError on pictures of two sizes."""
    if seen.size != kept.size:
        raise ValueError(f"{seen.size} is not {kept.size}")
    one, other = points(seen), points(kept)
    return lost(one, other) | lost(other, one)


def points(picture: Image.Image) -> Points:
    return np.asarray(picture.convert("RGB"), dtype=np.int16)


def lost(one: Points, other: Points) -> NDArray[np.bool_]:
    """The points of `one` whose colour is not among the neighbours in `other`."""
    around = np.stack([shifted(other, down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)])
    least, most = around.min(axis=0), around.max(axis=0)
    slack = FLAT + EDGE * (most - least)
    outside: NDArray[np.bool_] = ((one < least - slack) | (one > most + slack)).any(axis=2)
    return outside


def shifted(picture: Points, down: int, right: int) -> Points:
    """Moved by so many points, the border repeated."""
    high, wide, _ = picture.shape
    rows = np.clip(np.arange(high) + down, 0, high - 1)
    columns = np.clip(np.arange(wide) + right, 0, wide - 1)
    return picture[rows][:, columns]


def wrong_together(seen: Image.Image, kept: Image.Image) -> int:
    """The most wrong points that stand within one window; 0 for no more than there may be."""
    most = most_together(wrong_points(seen, kept))
    return most if most > STRAY else 0


def most_together(wrong: NDArray[np.bool_]) -> int:
    """The most wrong points that stand within one window."""
    sums = np.pad(wrong.astype(np.int32).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    high, wide = (min(WINDOW, side) for side in wrong.shape)
    counts = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    return int(counts.max())


def same(png: bytes, kept: Path) -> bool:
    """Does the picture look like the kept one? A missing one is unlike anything.

    When it does not, `NAME.seen.png` beside it shows for the eye what was seen, below it the kept one and the wrong
    points.
    """
    beside = kept.with_suffix(".seen.png")
    beside.unlink(missing_ok=True)
    shown = [small(png)]
    if kept.exists():
        shown.append(Image.open(kept).convert("RGB"))
    if len(shown) == 2 and shown[0].size == shown[1].size:
        wrong = wrong_points(*shown)
        if most_together(wrong) <= STRAY:
            return True
        shown.append(Image.fromarray(wrong).convert("RGB"))
    under_each_other(shown).save(beside)
    return False


def under_each_other(parts: Sequence[Image.Image]) -> Image.Image:
    sheet = Image.new("RGB", (max(one.width for one in parts), sum(one.height for one in parts)))
    below = 0
    for one in parts:
        sheet.paste(one, (0, below))
        below += one.height
    return sheet
