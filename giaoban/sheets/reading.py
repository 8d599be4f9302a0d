"""Bytes of any file → sheets, or a sentence that says what the file really is and what to do."""

import logging
from typing import Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.grid import Sheet
from giaoban.sheets import separated, xlsx
from giaoban.sheets.limits import FILE_MOST, TooMuch

logger = logging.getLogger(__name__)

_AS_XLSX: Final = "Xin mở bằng Excel hoặc LibreOffice rồi lưu thành tệp XLSX."
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_WHAT_IT_IS: Final = (
    (b"%PDF", "Đây là tệp PDF, không phải bảng tính."),
    (b"{\\rtf", "Đây là tệp văn bản RTF, không phải bảng tính."),
    (b"Rar!", "Đây là tệp nén RAR, không phải bảng tính."),
    (b"7z\xbc\xaf", "Đây là tệp nén 7z, không phải bảng tính."),
    (b"\x1f\x8b", "Đây là tệp nén GZIP, không phải bảng tính."),
)


def read(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an XLSX or CSV file, told by its content and not by its name; hidden ones last.

    At least one of them has rows. Raises InvalidInput, whose sentence says what is wrong with the file as a whole.
    """
    if not data:
        raise InvalidInput("Tệp trống, không có dữ liệu.")
    if len(data) > FILE_MOST:
        raise TooMuch(f"Tệp lớn quá {FILE_MOST // 1024 // 1024} MB.")
    _refuse_what_is_none(data)
    try:
        sheets = xlsx.read(data) if data.startswith(b"PK") else (separated.read(data),)
    except InvalidInput:
        raise
    except Exception as error:
        # A damaged archive or markup can fail anywhere in the libraries, with anything; it is the file's fault.
        logger.info("a file could not be read", exc_info=error)
        raise InvalidInput(f"Tệp bị hỏng, không đọc được. {_AS_XLSX}") from error
    if not any(sheet.rows for sheet in sheets):
        told = next((sheet.problem for sheet in sheets if sheet.problem), "")
        raise InvalidInput(told or "Tệp không có dòng nào có chữ.")
    return tuple(sorted(sheets, key=lambda sheet: sheet.hidden))


def _refuse_what_is_none(data: bytes) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise InvalidInput("Tệp có mật khẩu, không mở được. Xin bỏ mật khẩu trong Excel rồi lưu lại.")
        raise InvalidInput(f"Đây là tệp Excel kiểu cũ (XLS). {_AS_XLSX}")
    for beginning, sentence in _WHAT_IT_IS:
        if data.startswith(beginning):
            raise InvalidInput(sentence)
    if data.startswith(_PICTURES) or data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        raise InvalidInput("Đây là tệp hình ảnh, không phải bảng tính.")
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        raise InvalidInput(f"Đây là trang web (HTML) mang tên bảng tính. {_AS_XLSX}")
    if start.startswith(b"<?xml"):
        raise InvalidInput(f"Đây là tệp XML, không phải XLSX. {_AS_XLSX}")
