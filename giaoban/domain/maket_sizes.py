"""How large a maket is made: sizes that printers know, a screen's shape, and any other within bounds."""

import re
from dataclasses import dataclass
from typing import Final

from giaoban.domain.errors import InvalidInput

SMALLEST_MM: Final = 100
LARGEST_MM: Final = 5_000  # a page of a PDF is never more than 5,080 mm long
LONGEST_RATIO: Final = 4
PNG_LONGEST: Final = 2_560  # pixels; who wants more prints the PDF
_TYPED: Final = re.compile(r"\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*(?:mm)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Size:
    """`key` is its name in addresses and file names: that of a known size, or "1200x800"."""

    key: str
    width_mm: float
    height_mm: float
    words: str

    @property
    def ratio(self) -> float:
        return self.width_mm / self.height_mm

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of its PNG."""
        longest = 1920 if self.key == SCREEN else PNG_LONGEST
        scale = longest / max(self.width_mm, self.height_mm)
        return round(self.width_mm * scale), round(self.height_mm * scale)


SCREEN: Final = "man-hinh"
KNOWN: Final = {
    size.key: size
    for size in (
        Size("3x2m", 3000, 2000, "Phông 3 × 2 m"),
        Size("4x2.5m", 4000, 2500, "Phông 4 × 2,5 m"),
        Size("a3", 420, 297, "Giấy A3 ngang"),
        Size("a4", 297, 210, "Giấy A4 ngang"),
        Size(SCREEN, 640, 360, "Màn hình 16:9"),
    )
}
DEFAULT: Final = KNOWN["3x2m"]


def size_of(text: str) -> Size:
    """The known size of that name, or the one typed as width × height in millimetres, "1200x800".

    Raises InvalidInput with `field` "size" for any other text and for what nobody prints.
    """
    if text in KNOWN:
        return KNOWN[text]
    typed = _TYPED.fullmatch(text)
    if typed is None:
        raise InvalidInput("Khổ ghi bằng rộng × cao theo milimét, ví dụ 1200x800.", field="size")
    wide, high = int(typed[1]), int(typed[2])
    if not all(SMALLEST_MM <= side <= LARGEST_MM for side in (wide, high)):
        words = f"Mỗi cạnh của ma két dài từ {SMALLEST_MM} đến {LARGEST_MM} mm."
        raise InvalidInput(words, field="size")
    if max(wide, high) > LONGEST_RATIO * min(wide, high):
        raise InvalidInput(f"Cạnh dài không quá {LONGEST_RATIO} lần cạnh ngắn.", field="size")
    return Size(f"{wide}x{high}", wide, high, f"Khổ {wide} × {high} mm")
