"""A roster is taken whole or not at all, and every bad line is named."""

import unicodedata
from collections import Counter
from importlib import resources

import pytest

from giaoban.domain.errors import InvalidRoster
from giaoban.domain.roster import LEVELS, Unit, full_name, read_roster

GOOD = """\
code,level,kind,name,parent_code
20,province,tinh,Lạng Sơn,
180,district,huyen,Tràng Định,20
06010,commune,xa,Cao Minh,180
"""
UNITS = (
    Unit("20", "province", "tinh", "Lạng Sơn", None),
    Unit("180", "district", "huyen", "Tràng Định", "20"),
    Unit("06010", "commune", "xa", "Cao Minh", "180"),
)


def seed(name: str) -> bytes:
    return resources.files("giaoban.seed").joinpath(name).read_bytes()


def problems_of(data: bytes | str) -> list[str]:
    with pytest.raises(InvalidRoster) as caught:
        read_roster(data.encode() if isinstance(data, str) else data)
    assert caught.value.details == {"problems": caught.value.problems}
    assert all(problem in str(caught.value) for problem in caught.value.problems)
    return caught.value.problems


# ---- the two that come with giaoban


def test_the_roster_of_2021() -> None:
    units = read_roster(seed("lang_son_2021.csv"))

    assert Counter(unit.level for unit in units) == {"province": 1, "district": 11, "commune": 200}
    assert Counter(unit.kind for unit in units if unit.level == "commune") == {"phuong": 5, "thi_tran": 14, "xa": 181}
    by_code = {unit.code: unit for unit in units}
    assert Counter(
        by_code[unit.parent_code].name for unit in units if unit.level == "commune" and unit.parent_code
    ) == {
        "Lạng Sơn": 8,
        "Tràng Định": 22,
        "Bình Gia": 19,
        "Văn Lãng": 17,
        "Cao Lộc": 22,
        "Văn Quan": 17,
        "Bắc Sơn": 18,
        "Hữu Lũng": 24,
        "Chi Lăng": 20,
        "Lộc Bình": 21,
        "Đình Lập": 12,
    }
    assert by_code["06634"] == Unit("06634", "commune", "xa", "Cường Lợi", "189")


def test_the_roster_of_2025_has_two_levels() -> None:
    units = read_roster(seed("lang_son_2025.csv"))

    assert Counter(unit.level for unit in units) == {"province": 1, "commune": 65}
    assert {unit.parent_code for unit in units if unit.level == "commune"} == {"20"}


@pytest.mark.parametrize("name", ["lang_son_2021.csv", "lang_son_2025.csv"])
def test_no_two_rooms_have_the_same_label(name: str) -> None:
    units = read_roster(seed(name))
    by_code = {unit.code: unit for unit in units}

    labels = [full_name(unit, by_code.get(unit.parent_code or "")) for unit in units]

    assert len(set(labels)) == len(units)
    assert all(unicodedata.is_normalized("NFC", label) for label in labels)


# ---- forms that are as good


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        GOOD.rstrip("\n").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.replace("\n", "\n\n").encode(),
        GOOD.replace("\n20,", "\n\r\n20,").encode(),
        GOOD.replace("Cao Minh", '"Cao Minh"').encode(),
        GOOD.replace("06010,commune,xa,Cao Minh,180", '"06010","commune","xa","Cao Minh","180"').encode(),
        unicodedata.normalize("NFD", GOOD).encode(),
        GOOD.replace(",", " , ").replace(" , ", ", ").replace(", province, ", ",province, ").encode(),
        GOOD.replace("180,district", " 180 , district ").encode(),
    ],
    ids=[
        "as it is",
        "no newline at the end",
        "CRLF",
        "BOM",
        "blank lines",
        "a blank line within",
        "quotes",
        "quotes everywhere",
        "NFD",
        "blanks after commas",
        "blanks around fields",
    ],
)
def test_harmless_differences_of_form_do_not_matter(data: bytes) -> None:
    assert read_roster(data) == UNITS


def test_columns_may_stand_in_any_order_with_others_beside_them() -> None:
    data = "note,parent_code,name,kind,level,code\nx,,Lạng Sơn,tinh,province,20\ny,20,Đông Kinh,phuong,commune,05977\n"

    assert read_roster(data.encode()) == (UNITS[0], Unit("05977", "commune", "phuong", "Đông Kinh", "20"))


def test_a_quoted_comma_belongs_to_the_name() -> None:
    assert read_roster(GOOD.replace("Cao Minh", '"Cao, ""Minh"""').encode())[2].name == 'Cao, "Minh"'


def test_leading_zeros_stay() -> None:
    assert read_roster(GOOD.encode())[2].code == "06010"


# ---- bad files


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (b"", ["Dòng 1: thiếu cột code, level, kind, name, parent_code."]),
        ("code,level,kind,name\n20,province,tinh,Lạng Sơn\n", ["Dòng 1: thiếu cột parent_code."]),
        (GOOD.replace(",", ";"), ["Dòng 1: thiếu cột code, level, kind, name, parent_code."]),
        ("code,level,kind,name,parent_code\n", ["Tệp không có điểm cầu nào."]),
        (GOOD.replace("Cao Minh,180", "Cao Minh,181"), ["Dòng 4: không có đơn vị cấp trên mang mã 181."]),
        (GOOD.replace("Cao Minh,180", "Cao Minh,"), ["Dòng 4: không có đơn vị cấp trên mang mã (trống)."]),
        (GOOD + "180,district,huyen,Bình Gia,20\n", ["Dòng 5: mã 180 đã có ở dòng 3."]),
        (GOOD + "06010,commune,xa,Cao Minh,180\n", ["Dòng 5: mã 06010 đã có ở dòng 4."]),
        (GOOD.replace(",xa,", ",lang,"), ["Dòng 4: “kind” là 'lang', phải là một trong:"]),
        (GOOD.replace(",commune,", ",village,"), ["Dòng 4: “level” là 'village', phải là một trong:"]),
        (GOOD.replace("Cao Minh", " "), ["Dòng 4: “name” phải dài từ 1 đến 100 ký tự"]),
        (GOOD.replace("Cao Minh", "a" * 101), ["Dòng 4: “name” phải dài từ 1 đến 100 ký tự"]),
        (GOOD.replace("06010", ""), ["Dòng 4: “code” phải dài từ 1 đến 20 ký tự"]),
        (GOOD.replace("06010", "06 010"), ["Dòng 4: “code” chỉ gồm chữ không dấu"]),
        (GOOD.replace("06010", "xã"), ["Dòng 4: “code” chỉ gồm chữ không dấu"]),
        (GOOD.replace("06010,commune", "06010,x,commune"), ["Dòng 4: số cột không khớp với dòng tiêu đề."]),
        (GOOD.replace("06010,commune", "commune"), ["Dòng 4: số cột không khớp với dòng tiêu đề."]),
        (GOOD.replace("Cao Minh", "Cao\x00Minh"), ["Dòng 4: “name” có ký tự không dùng được."]),
        (GOOD.replace("Cao Minh", '"Cao Minh'), ["Dòng 4: không đọc được CSV"]),
        (GOOD.replace("Cao Minh", '"Cao" Minh'), ["Dòng 4: không đọc được CSV"]),
        (GOOD.replace("Sơn,\n", "Sơn,999\n"), ["Dòng 2: đơn vị cấp tỉnh không có cấp trên."]),
        (
            GOOD.replace("Sơn,\n", "Sơn,180\n"),
            ["Dòng 2: đơn vị cấp tỉnh không có cấp trên.", "Dòng 3: 180 nằm trong", "Dòng 4: 06010 nằm trong"],
        ),
        (GOOD + "21,province,tinh,Cao Bằng,\n", ["Phải có đúng một đơn vị cấp tỉnh (province), tệp có 2."]),
        (GOOD + "06011,commune,xa,Chí Minh,06010\n", ["Dòng 5: cấp trên 06010 không cao hơn cấp của 06011."]),
        (GOOD.replace("Định,20", "Định,180"), ["Dòng 3: 180 nằm trong một vòng cấp trên.", "Dòng 4: 06010 nằm trong"]),
        (
            GOOD.replace("Định,20", "Định,181") + "181,district,huyen,Bình Gia,180\n",
            ["Dòng 3: 180 nằm trong một vòng", "Dòng 4: 06010 nằm trong một vòng", "Dòng 5: 181 nằm trong một vòng"],
        ),
    ],
    ids=[
        "empty",
        "missing column",
        "semicolons",
        "no units",
        "unknown parent",
        "no parent",
        "duplicate code",
        "the same line twice",
        "unknown kind",
        "unknown level",
        "blank name",
        "long name",
        "no code",
        "blank within a code",
        "a code with diacritics",
        "a field too many",
        "a field too few",
        "NUL",
        "a quote never closed",
        "a quote closed too early",
        "a province with a parent",
        "a loop through the province",
        "two provinces",
        "a commune under a commune",
        "its own parent",
        "a loop",
    ],
)
def test_a_bad_file_is_refused_naming_its_lines(data: bytes | str, problems: list[str]) -> None:
    found = problems_of(data)

    assert len(found) == len(problems)
    for got, expected in zip(found, problems, strict=True):
        assert got.startswith(expected)


@pytest.mark.parametrize(
    ("data", "line", "place"),
    [
        (GOOD.encode("utf-16"), 1, 1),
        (GOOD.encode("utf-16-le"), 2, 2 * GOOD.index("ạ") + 1),
        (GOOD.replace("ạ", "a\u0323").replace("ị", "i\u0323").encode("windows-1258"), 2, GOOD.index("ạ") + 2),
        (GOOD.encode() + b"06011,commune,xa,Ch\xed Minh,180\n", 5, len(GOOD.encode()) + 20),
        (GOOD.encode()[:-10] + b"\xe1\xba", 4, len(GOOD.encode()) - 9),
    ],
    ids=["UTF-16 with its mark", "UTF-16 without", "windows-1258", "latin-1 on the last line", "cut within a letter"],
)
def test_a_wrong_encoding_is_refused_with_its_place(data: bytes, line: int, place: int) -> None:
    assert problems_of(data) == [f"Dòng {line}: tệp không phải UTF-8 (byte thứ {place})."]


def test_line_numbers_count_blank_lines_and_a_bom() -> None:
    data = GOOD.replace("\n06010", "\n\n\n06010").replace("Minh,180", "Minh,999").encode("utf-8-sig")

    assert problems_of(data) == ["Dòng 6: không có đơn vị cấp trên mang mã 999."]


def test_every_bad_line_is_named_at_once() -> None:
    data = GOOD + "x y,commune,xa,Một,180\n06012,commune,xa,,180\n06013,commune,xa,Ba,999\n06010,commune,xa,Bốn,180\n"

    found = problems_of(data)

    assert [problem.split(":")[0] for problem in found] == ["Dòng 5", "Dòng 6", "Dòng 8", "Dòng 7"]


def test_a_hopeless_file_is_not_listed_without_end() -> None:
    data = GOOD + "".join(f"0{number},commune,xa,Xã,999\n" for number in range(7000, 7080))

    found = problems_of(data)

    assert len(found) == 51
    assert found[-1] == "… và 30 lỗi nữa."


# ---- labels


@pytest.mark.parametrize(
    ("unit", "parent", "label"),
    [
        (UNITS[2], UNITS[1], "Xã Cao Minh, huyện Tràng Định"),
        (UNITS[1], UNITS[0], "Huyện Tràng Định"),
        (UNITS[0], None, "Tỉnh Lạng Sơn"),
        (Unit("178", "district", "thanh_pho", "Lạng Sơn", "20"), UNITS[0], "Thành phố Lạng Sơn"),
        (Unit("05977", "commune", "phuong", "Đông Kinh", "20"), UNITS[0], "Phường Đông Kinh"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_label_cannot_be_mistaken(unit: Unit, parent: Unit | None, label: str) -> None:
    assert full_name(unit, parent) == label


def test_levels_stand_from_the_top() -> None:
    assert LEVELS == ("province", "district", "commune")
