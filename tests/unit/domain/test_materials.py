"""A document is what its content is."""

import io

import pytest

from giaoban.domain.errors import InvalidInput
from giaoban.domain.materials import checked_title, kind_of, saved_name, size_words
from tests.papers import DOCX, JPEG, OLD_WORD, PDF, PNG, PPTX, XLSX, office


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "Báo cáo.PDF", "pdf"),
        (DOCX, "a.docx", "docx"),
        (XLSX, "a.xlsx", "xlsx"),
        (PPTX, "a.pptx", "pptx"),
        (JPEG, "a.jpeg", "jpg"),
        (PNG, "a.png", "png"),
    ],
)
def test_each_kind_is_known_by_its_content(content: bytes, name: str, kind: str) -> None:
    assert kind_of(io.BytesIO(content), name) == kind


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (PNG, "bao-cao.pdf", "Nội dung tệp là ảnh PNG nhưng tên tệp có đuôi “.pdf” của PDF."),
        (XLSX, "a.docx", "Nội dung tệp là Excel nhưng tên tệp có đuôi “.docx” của Word."),
        (PDF, "a.exe", "Nội dung tệp là PDF nhưng tên tệp có đuôi “.exe”."),
        (PDF, "a", "Nội dung tệp là PDF nhưng tên tệp không có đuôi."),
        (PDF[:30], "a.pdf", "Tệp PDF không đủ phần cuối"),
        (b"", "a.pdf", "Tệp trống."),
        (b"<html><script>", "a.pdf", "Chỉ nhận PDF"),
        (b"<svg xmlns=", "a.png", "Chỉ nhận PDF"),
        (b"MZ\x90\0" + bytes(60), "a.pdf", "Chỉ nhận PDF"),
        (OLD_WORD, "a.doc", "Tệp kiểu cũ"),
        (DOCX[:40], "a.docx", "Tệp bị hỏng"),
        (office("note.txt"), "a.docx", "Tệp nén không phải loại được nhận."),
        (office("word/document.xml", "xl/workbook.xml"), "a.docx", "Tệp nén không phải loại được nhận."),
        (office("word/document.xml", "word/vbaProject.bin"), "a.docx", "Tệp có macro"),
    ],
)
def test_what_is_something_else_is_refused_with_a_reason(content: bytes, name: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        kind_of(io.BytesIO(content), name)
    assert said in refused.value.message
    assert refused.value.details["field"] == "file"


def test_a_title_is_for_everybody_to_read() -> None:
    assert checked_title(" Báo cáo số 12/BC-HDND ngày 26/11/2021 ") == "Báo cáo số 12/BC-HDND ngày 26/11/2021"
    for wrong in ("", " ", "x" * 201, "Liên hệ 0205 3811 484", "a\0"):
        with pytest.raises(InvalidInput):
            checked_title(wrong)


def test_it_is_saved_under_its_title() -> None:
    assert saved_name('Báo cáo 6/2021: "kết quả"', "pdf") == "Báo cáo 6 2021 kết quả.pdf"
    assert saved_name("../..\\", "png") == "tai-lieu.png"
    assert len(saved_name("Ợ" * 200, "docx")) == 105


def test_sizes_in_words() -> None:
    assert [size_words(size) for size in (1, 340_400, 1_240_000, 20 << 20)] == ["1 KB", "340 KB", "1,2 MB", "21,0 MB"]
