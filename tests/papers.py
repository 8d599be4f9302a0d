"""Small files of the kinds that people add to a conference, and some that only look like them."""

import io
import zipfile
from typing import Final

PDF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"
JPEG: Final = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9"
OLD_WORD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def office(main: str, *more: str) -> bytes:
    """A package as Word, Excel and PowerPoint write them, with that main part."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in ("[Content_Types].xml", main, *more):
            packed.writestr(name, "<x/>")
    return file.getvalue()


DOCX: Final = office("word/document.xml")
XLSX: Final = office("xl/workbook.xml")
PPTX: Final = office("ppt/presentation.xml")
