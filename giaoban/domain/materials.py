"""Documents of a conference: what a file is by its content, what it is called, and when the press may have it.

What a name or a browser says of a file counts for nothing; it only must not say something else than the content.
"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.telephones import without_telephones
from giaoban.domain.texts import clean_text

TITLE_LONGEST: Final = 200
NAME_LONGEST: Final = 100  # characters of the name under which it is saved
MOST: Final = 60  # of one conference
ADDED: Final = "material_added"
RELEASED: Final = "material_released"
WITHDRAWN: Final = "material_withdrawn"
RETITLED: Final = "material_retitled"
MOVED: Final = "material_moved"
REMOVED: Final = "material_removed"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: what people call it, and the endings that a name may have."""

    word: str
    mimetype: str
    endings: tuple[str, ...]


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
KINDS: Final = {
    "pdf": Kind("PDF", "application/pdf", (".pdf",)),
    "docx": Kind("Word", _OFFICE + "wordprocessingml.document", (".docx",)),
    "xlsx": Kind("Excel", _OFFICE + "spreadsheetml.sheet", (".xlsx",)),
    "pptx": Kind("PowerPoint", _OFFICE + "presentationml.presentation", (".pptx",)),
    "jpg": Kind("ảnh JPEG", "image/jpeg", (".jpg", ".jpeg")),
    "png": Kind("ảnh PNG", "image/png", (".png",)),
}
ENDINGS: Final = tuple(ending for kind in KINDS.values() for ending in kind.endings)

_TAKEN: Final = "Chỉ nhận PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), ảnh JPEG và PNG."
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN_PARTS: Final = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_ENTRIES_MOST: Final = 20_000
_TAIL: Final = 2_048


def kind_of(file: IO[bytes], name: str) -> str:
    """The kind (of KINDS) of a file by its content; `name` is what it was called where it came from.

    Raises InvalidInput: empty, of a kind that is not taken or with macros in it, or named as another kind.
    """
    kind = _by_content(file)
    ending = PurePath(name.lower()).suffix
    if ending not in KINDS[kind].endings:
        named = next((other.word for other in KINDS.values() if ending in other.endings), None)
        said = f"tên tệp có đuôi “{ending[:12]}”" if ending else "tên tệp không có đuôi"
        is_called = f"{said} của {named}" if named else said
        raise InvalidInput(
            f"Nội dung tệp là {KINDS[kind].word} nhưng {is_called}. Xin chọn đúng tệp, hoặc lưu lại với đuôi "
            f"“{KINDS[kind].endings[0]}”.",
            field="file",
        )
    return kind


def _by_content(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(16)
    if not head:
        raise InvalidInput("Tệp trống.", field="file")
    if head.startswith(b"%PDF-"):
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL))
        if b"%%EOF" not in file.read():
            raise InvalidInput("Tệp PDF không đủ phần cuối, có thể tải về chưa hết. Xin chọn lại tệp.", field="file")
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head.startswith(_OLD_OFFICE):
        raise InvalidInput(
            "Tệp kiểu cũ (.doc, .xls, .ppt) hoặc có mật khẩu. Xin lưu lại thành .docx, .xlsx, .pptx hoặc PDF.",
            field="file",
        )
    raise InvalidInput(f"Nội dung tệp không phải loại được nhận. {_TAKEN}", field="file")


def _office(file: IO[bytes]) -> str:
    """By the list of what is packed in it; nothing of that is unpacked.

    zipfile raises NotImplementedError itself for a file of a newer version of the format than it reads.
    """
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as packed:
            names = set(packed.namelist()[:_ENTRIES_MOST])
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise InvalidInput("Tệp bị hỏng hoặc tải về chưa hết. Xin chọn lại tệp.", field="file") from None
    found = [kind for part, kind in _MAIN_PARTS.items() if part in names]
    if "[Content_Types].xml" not in names or len(found) != 1:
        raise InvalidInput(f"Tệp nén không phải loại được nhận. {_TAKEN}", field="file")
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".js")) or "/activex/" in name.lower() for name in names):
        raise InvalidInput("Tệp có macro nên không phát hành được. Xin lưu lại dạng không có macro.", field="file")
    return found[0]


def checked_title(value: object) -> str:
    """What a document is called where everybody reads it. Raises InvalidInput, also for a telephone number in it."""
    title = clean_text(value, "title", longest=TITLE_LONGEST, shortest=1)
    if without_telephones(title) != title:
        raise InvalidInput("Tên tài liệu hiện ra công khai, xin không ghi số điện thoại.", field="title")
    return title


def saved_name(title: str, kind: str) -> str:
    """The name under which a reader saves it: from its title, whatever the file was called where it came from."""
    plain = "".join(" " if unicodedata.category(char)[0] in "CZ" or char in '\\/:*?"<>|%' else char for char in title)
    name = re.sub(r"\s+", " ", plain).strip(" .")[:NAME_LONGEST].strip(" .")
    return (name or "tai-lieu") + KINDS[kind].endings[0]


def size_words(size: int) -> str:
    """ "1,2 MB", "340 KB"; never less than 1 KB."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f}".replace(".", ",") + " MB"
    return f"{max(1, round(size / 1000))} KB"


def is_released(released_to_press_at_ms: int | None, now_ms: int) -> bool:
    """Whether the press may have it at that time."""
    return released_to_press_at_ms is not None and released_to_press_at_ms <= now_ms
