"""How much of a file is read at most: whoever sends one that unfolds without end gets a sentence, and nobody waits."""

from dataclasses import dataclass
from typing import Final

from giaoban.domain.errors import InvalidInput

FILE_MOST: Final = 4 * 1024 * 1024  # bytes as sent
PART_MOST: Final = 32 * 1024 * 1024  # bytes of one part once unpacked
SHEETS_MOST: Final = 30
ROWS_MOST: Final = 10_000  # of one sheet
COLUMNS_MOST: Final = 60
CELLS_MOST: Final = 400_000  # of the whole file, empty ones with a format included
TEXT_MOST: Final = 4_000  # characters of one cell; the rest is dropped
TEXTS_MOST: Final = 8_000_000  # characters of all cells: one text can be shared by every cell there is


class TooMuch(InvalidInput):
    """The file, or one sheet of it, is larger than a running order can be."""

    code = "too_large"


@dataclass(slots=True)
class Budget:
    """What may still be read of the file."""

    cells: int = CELLS_MOST
    characters: int = TEXTS_MOST

    def take_text(self, text: str) -> None:
        """Raises TooMuch."""
        self.characters -= len(text)
        if self.characters < 0:
            raise TooMuch("Tệp có quá nhiều chữ.")

    def take(self, cells: int = 1) -> None:
        """Raises TooMuch."""
        self.cells -= cells
        if self.cells < 0:
            raise TooMuch(f"Tệp có quá nhiều ô (nhiều nhất {CELLS_MOST:,} ô).".replace(",", "."))


def check_rows(count: int) -> None:
    """Raises TooMuch."""
    if count > ROWS_MOST:
        raise TooMuch(f"Trang tính có quá nhiều dòng (nhiều nhất {ROWS_MOST:,} dòng).".replace(",", "."))


def check_columns(count: int) -> None:
    """Raises TooMuch."""
    if count > COLUMNS_MOST:
        raise TooMuch(f"Trang tính có quá nhiều cột (nhiều nhất {COLUMNS_MOST} cột).")
