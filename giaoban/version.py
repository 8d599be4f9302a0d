"""Which giaoban this is, as exported files name it."""

from typing import Final

VERSION: Final = "0.1.0"
