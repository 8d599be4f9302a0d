"""Texts in tables: none is ever run as a formula, and what went out comes back exactly."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain.spreadsheets import as_csv, guarded, runs, unguarded

SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−", "﹢", "﹣", "﹦", "﹫"]


@pytest.mark.parametrize("sign", SIGNS, ids=[f"U+{ord(sign):04X}" for sign in SIGNS])
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\ufeff", "\u200b "], ids=["bare", "blank", "nbsp", "bom", "zw"])
def test_what_might_be_a_formula_gets_an_apostrophe(sign: str, before: str) -> None:
    text = f"{before}{sign}1+cmd|' /C calc'!A0"

    assert runs(text)
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "Bắc Sơn", "– gạch ngang", "(=1)", "892-TB/VPTU", "'trích'", "a=b", "0912"])
def test_any_other_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@pytest.mark.parametrize("text", ["'=1", "''+x", "'@"])
def test_apostrophes_that_somebody_typed_come_back(text: str) -> None:
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n ＝a"), max_size=6) | st.text(max_size=20))
def test_every_text_comes_back_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not runs(guarded(text))


def test_a_csv_file_opens_with_its_letters_and_reads_back() -> None:
    rows = [["Nội dung", "TT"], ['=HYPERLINK("http://x")', "1"], ['dòng, với "ngoặc"; và\nxuống dòng', ""]]

    data = as_csv(rows)

    assert data.startswith("\ufeff".encode())
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [[unguarded(cell) for cell in row] for row in read] == rows
    assert read[1][0] == '\'=HYPERLINK("http://x")'
