"""Tables of telephones: whichever way people keep them."""

import pytest

from giaoban.domain.contacts import TableRow, checked, read_contacts
from giaoban.domain.errors import InvalidInput
from giaoban.domain.grid import FORMULA, Row, Sheet
from giaoban.domain.roster import Unit

UNITS = (
    Unit("20", "province", "tinh", "Lạng Sơn", None),
    Unit("180", "district", "huyen", "Tràng Định", "20"),
    Unit("187", "district", "huyen", "Chi Lăng", "20"),
    Unit("06010", "commune", "xa", "Cao Minh", "180"),
    Unit("06031", "commune", "xa", "Chi Lăng", "180"),
    Unit("06463", "commune", "xa", "Chi Lăng", "187"),
)


def sheet(*rows: tuple[str, ...], name: str = "", hidden: bool = False, first: int = 1) -> Sheet:
    return Sheet(name, tuple(Row(number, cells) for number, cells in enumerate(rows, first)), hidden)


def read(*rows: tuple[str, ...]) -> list[TableRow]:
    return read_contacts([sheet(*rows)], UNITS)


def told(rows: list[TableRow]) -> dict[str, str]:
    return {row.contact.code: row.contact.telephone for row in rows if row.contact}


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (("Mã", "Số điện thoại"), ("06010", "0912.939.739")),
        (("code", "name", "phone"), ("06010", "", "0912.939.739")),
        (("TT", "Tên đơn vị", "SĐT"), ("1", "Xã Cao Minh", "0912.939.739")),
        (("Xã, phường, thị trấn", "Điện thoại di động"), ("cao minh", "0912.939.739")),
        (("Điểm cầu", "Huyện", "Điện thoại"), ("Cao Minh", "Tràng Định", "0912.939.739")),
        (("Mã xã", "ĐT cố định"), ("6010", "0912.939.739")),
    ],
)
def test_columns_are_known_by_their_heads(head: tuple[str, ...], row: tuple[str, ...]) -> None:
    assert told(read(("DANH BẠ ĐIỆN THOẠI", ""), head, row)) == {"06010": "0912.939.739"}


def test_several_columns_of_numbers_make_one_contact() -> None:
    rows = read(("Mã", "Máy bàn", "Di động", "Cơ quan"), ("06010", "0205 3811484", "912939739", "Văn phòng"))

    assert rows[0].contact == checked("06010", "Văn phòng", "0205 3811484; 0912939739")
    assert rows[0].mended


def test_the_same_name_twice_is_told_apart_by_the_district() -> None:
    rows = read(
        ("Tên", "Huyện", "Điện thoại"),
        ("Xã Chi Lăng", "Tràng Định", "0205 1111"),
        ("Xã Chi Lăng", "Huyện Chi Lăng", "0205 2222"),
        ("Xã Chi Lăng", "", "0205 3333"),
    )

    assert told(rows) == {"06031": "0205 1111", "06463": "0205 2222"}
    assert rows[2].problem.startswith("Có 2 điểm cầu tên")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("09999", "", "0205 1111"), "Không có điểm cầu mang mã “09999”."),
        (("", "Xã Nào Đó", "0205 1111"), "Không có điểm cầu nào tên “Xã Nào Đó”."),
        (("06010", "", "gọi sau"), "chỉ gồm chữ số"),
        (("06010", "", "12"), "phải có từ 3 đến 15 chữ số"),
        (("", "", "0205 1111"), "Không có điểm cầu nào tên"),
    ],
)
def test_a_bad_row_is_named_and_the_others_count(row: tuple[str, ...], problem: str) -> None:
    rows = read(("Mã", "Tên", "Điện thoại"), row, ("180", "", "0205 2222"))

    assert problem in rows[0].problem
    assert rows[0].place == "dòng 2"
    assert told(rows) == {"180": "0205 2222"}


def test_a_room_twice_is_a_bad_row_that_names_the_first() -> None:
    rows = read(("Mã", "Điện thoại"), ("06010", "0205 1111"), ("06010", "0205 2222"))

    assert rows[1].problem == "Điểm cầu này đã có ở dòng 2."
    assert told(rows) == {"06010": "0205 1111"}


def test_a_row_without_a_number_is_no_fault() -> None:
    assert read(("Mã", "Điện thoại"), ("06010", ""), ("no-such", "")) == [
        TableRow("dòng 2", "06010"),
        TableRow("dòng 3", "no-such"),
    ]


def test_a_formula_without_a_value_is_named() -> None:
    rows = (Row(1, ("Mã", "Điện thoại")), Row(2, ("06010", ""), faults={1: FORMULA}))

    assert "công thức" in read_contacts([Sheet("", rows)], UNITS)[0].problem


def test_each_visible_sheet_with_a_head_is_read_and_named() -> None:
    head = ("Mã", "Điện thoại")
    sheets = [
        sheet(("Ghi chú",), name="Bìa"),
        sheet(head, ("06010", "0205 1111"), name="Tràng Định"),
        sheet(head, ("06463", "x"), name="Chi Lăng"),
        sheet(head, ("180", "0205 9999"), name="Cũ", hidden=True),
    ]

    rows = read_contacts(sheets, UNITS)

    assert told(rows) == {"06010": "0205 1111"}
    assert rows[1].place == "trang “Chi Lăng” dòng 2"


def test_a_table_without_a_head_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Không thấy dòng tiêu đề"):
        read(("06010", "0205 1111"))
