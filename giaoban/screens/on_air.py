"""What the TV crew's pictures have in common: the options in their addresses. A wrong one is as if it were not there,
because a sentence about it would be on air."""

from typing import Any, Final

from flask import request

from giaoban.screens.blueprint import named

GROUNDS: Final = {"trong": "clear", "xanh": "key"}
LONGEST_S: Final = 600


def on_air_options(ground: str) -> dict[str, Any]:
    """`{ground, for_ms, here}` from `?nen=`, `?giay=` and `?hoi-nghi=`.

    The ground, `ground` where none is named ("full" only where a page has it); for how long from a part's start the
    picture stands, 0 for as long as the part is on; what the page's addresses carry on.
    """
    seconds = whole(request.args.get("giay", ""))
    return {
        "ground": GROUNDS.get(request.args.get("nen", ""), ground),
        "here": named(),
        "for_ms": 1000 * seconds if seconds <= LONGEST_S else 0,
    }


def whole(text: str) -> int:
    """A positive number of at most three digits; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
