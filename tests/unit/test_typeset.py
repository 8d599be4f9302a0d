"""Documents set by typst: what people typed is shown as it stands, in letters that are all there."""

import io
import subprocess
import sys
from typing import Any

import pytest
from pypdf import PdfReader

from giaoban.documents import typeset

AT_MS = 1_637_886_600_000
VOWELS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"


def order(*rows: dict[str, str], **fields: Any) -> dict[str, Any]:
    head = {"above": "", "org": "Thường trực HĐND tỉnh", "place": "Lạng Sơn", "date": "ngày 26 tháng 11 năm 2021"}
    own = {"head": head, "kind": "Chương trình", "title": "Hội nghị", "facts": [], "rows": rows, "nothing": "Chưa có."}
    return {**own, **fields}


def row(content: str, **fields: str) -> dict[str, str]:
    return {"number": "1", "time": "07:30", "kind": "", "content": content, "speaker": "", "length": "10", **fields}


def reader(data: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(typeset.pdf("running_order.typ", data, AT_MS)))


def text(data: dict[str, Any]) -> str:
    """All words of the document, blanks as one blank each."""
    pages = " ".join(page.extract_text() for page in reader(data).pages)
    return " ".join(pages.replace(typeset._ZERO_WIDTH_SPACE, "").split())


@pytest.mark.parametrize(
    "typed",
    [
        '#import "x": *',
        "*đậm* _nghiêng_ $x^2$",
        "\\ #sys.inputs @nguồn <nhãn>",
        "= Đề mục - mục // x",
        '"]) #{1}',
        "`a`",
    ],
)
def test_what_people_typed_is_no_source(typed: str) -> None:
    assert typed in text(order(row(typed), title=typed, facts=[[typed, typed]]))


def test_every_vietnamese_letter_is_in_the_font() -> None:
    made = text(order(row(VOWELS + " " + VOWELS.upper()))).replace(" ", "")

    assert VOWELS + VOWELS.upper() in made
    fonts = {font["/BaseFont"] for page in reader(order(row(VOWELS))).pages for font in fonts_of(page)}
    assert all("LibertinusSerif" in name for name in fonts)


def fonts_of(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_a_word_without_end_stays_within_its_column() -> None:
    document = reader(order(row("x" * 300)))

    right_most = []
    for page in document.pages:
        page.extract_text(visitor_text=lambda words, _cm, matrix, *_: right_most.append((matrix[4], words)))
    assert len(document.pages) == 1
    assert all(at < 595 for at, _ in right_most)
    assert "x" * 300 in text(order(row("x" * 300))).replace(" ", "")


def test_the_same_data_makes_the_same_file() -> None:
    assert typeset.pdf("running_order.typ", order(), AT_MS) == typeset.pdf("running_order.typ", order(), AT_MS)


def test_pictures_show_every_page() -> None:
    shown = typeset.pictures("running_order.typ", order(*[row("Nội dung")] * 80), AT_MS, dots_per_inch=30)

    assert len(shown) > 1
    assert all(picture.startswith(b"\x89PNG") for picture in shown)


MANY = """
from pathlib import Path
from giaoban.documents import typeset

head = {"above": "", "org": "", "place": "", "date": ""}
whole = {"head": head, "kind": "Chương trình", "title": "Hội nghị", "facts": [], "nothing": ""}
row = {"number": "1", "time": "07:30", "kind": "", "speaker": "", "length": "10"}
held = []
for number in range(14):
    rows = [{**row, "content": f"Nội dung {number} {at} " * 8} for at in range(250)]
    typeset.pdf("running_order.typ", {**whole, "rows": rows}, number)
    held.append(int(Path("/proc/self/statm").read_text().split()[1]) // 256)  # MiB
print(held[-1] - held[2])
"""


def test_a_row_of_documents_does_not_fill_the_memory() -> None:
    done = subprocess.run([sys.executable, "-c", MANY], capture_output=True, text=True, timeout=100)

    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) < 60
