"""Reading back what was printed."""

import io

from pypdf import PdfReader


def words(data: bytes) -> str:
    """All that a PDF says, without its blanks: where a line ended, a reader finds one or none."""
    return "".join(pages(data))


def pages(data: bytes) -> list[str]:
    """The same for each page."""
    return [bare(page.extract_text().replace("\u200b", "")) for page in PdfReader(io.BytesIO(data)).pages]


def bare(text: str) -> str:
    return "".join(text.split())
