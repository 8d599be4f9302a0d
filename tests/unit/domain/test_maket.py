"""The lines of the picture, as typed and in another year."""

import pytest

from giaoban.domain.errors import InvalidInput
from giaoban.domain.maket import LINE_LONGEST, checked, in_year


def test_lines_are_kept_as_typed_and_empty_ones_left_out() -> None:
    typed = {"org": " THƯỜNG TRỰC HĐND TỈNH ", "kind": "", "lines": "GIAO BAN\r\n\r\nCẤP XÃ", "place": "Lạng Sơn"}

    assert checked(typed) == {
        "org": "THƯỜNG TRỰC HĐND TỈNH",
        "title": ["GIAO BAN", "CẤP XÃ"],
        "place": "Lạng Sơn",
    }
    assert checked({}) == {}


@pytest.mark.parametrize("field", ["org", "lines"])
def test_a_line_that_no_picture_holds_is_refused(field: str) -> None:
    with pytest.raises(InvalidInput):
        checked({field: "A" * (LINE_LONGEST + 1)})


def test_a_copy_says_its_own_year() -> None:
    assert in_year({"org": "HĐND", "year": "NĂM 2021"}, 2021, 2022) == {"org": "HĐND", "year": "NĂM 2022"}
    assert in_year({"year": "KHÓA XVII"}, 2021, 2022) == {"year": "KHÓA XVII"}
    assert in_year({}, 2021, 2022) == {}
