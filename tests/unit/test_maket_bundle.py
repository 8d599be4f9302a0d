"""What the files in the ZIP of all makets are called, and what tells one ZIP's inputs from another's."""

from typing import Any

from giaoban.domain.maket_bundle import entry_names, inputs_key, missing_note, plain
from giaoban.domain.roster import Unit, full_name, read_roster
from tests.live_server import ROOT

SEED = ROOT / "giaoban" / "seed"


def rows(units: tuple[Unit, ...]) -> list[dict[str, Any]]:
    by_code = {unit.code: unit for unit in units}
    return [
        {
            "code": unit.code,
            "level": unit.level,
            "kind": unit.kind,
            "name": unit.name,
            "parent_code": unit.parent_code,
            "full_name": full_name(unit, by_code.get(unit.parent_code or "")),
        }
        for unit in units
    ]


def test_a_district_has_a_folder_with_its_own_file_first_and_the_hall_comes_before_all() -> None:
    rooms = rows(
        (
            Unit("20", "province", "tinh", "Lạng Sơn", None),
            Unit("185", "district", "huyen", "Bắc Sơn", "20"),
            Unit("180", "district", "huyen", "Tràng Định", "20"),
            Unit("06010", "commune", "xa", "Cao Minh", "180"),
            Unit("06400", "commune", "thi_tran", "Bắc Sơn", "185"),
            Unit("1", "commune", "dac_khu", "Ở riêng", "20"),
        )
    )

    names = entry_names(rooms, "pdf")

    assert list(names.items()) == [
        ("20", "00-tinh-lang-son.pdf"),
        ("185", "01-huyen-bac-son/00-huyen-bac-son.pdf"),
        ("06400", "01-huyen-bac-son/01-thi-tran-bac-son-huyen-bac-son.pdf"),
        ("180", "02-huyen-trang-dinh/00-huyen-trang-dinh.pdf"),
        ("06010", "02-huyen-trang-dinh/01-xa-cao-minh-huyen-trang-dinh.pdf"),
        ("1", "03-cac-diem-cau-khac/01-dac-khu-o-rieng.pdf"),
    ]


def test_whatever_the_roster_names_are_plain_in_order_and_no_two_alike() -> None:
    for year in (2021, 2025):
        rooms = rows(read_roster((SEED / f"lang_son_{year}.csv").read_bytes()))

        names = entry_names(rooms, "svg")

        paths = list(names.values())
        assert sorted(names) == sorted(room["code"] for room in rooms)
        assert len({path.lower() for path in paths}) == len(rooms)
        assert paths == sorted(paths)
        assert all(path.isascii() and not set(path) & set(' \\:*?"<>|') for path in paths)
        assert max(map(len, paths)) < 120
        if year == 2025:
            assert not any("/" in path for path in paths)


def test_namesakes_of_all_kinds_are_told_apart_even_taken_out_of_their_folders() -> None:
    rooms = rows(read_roster((SEED / "lang_son_2021.csv").read_bytes()))

    found = [path for path in entry_names(rooms, "pdf").values() if "chi-lang" in path.rpartition("/")[2]]

    bare = [path.rpartition("/")[2].partition("-")[2] for path in found]
    assert "huyen-chi-lang.pdf" in bare
    assert len(set(bare)) == len(bare)


def test_a_name_of_no_letters_that_can_be_written_plainly_is_still_a_name() -> None:
    assert plain("Đắk Nông, xã Ẵ Ự") == "dak-nong-xa-a-u"
    assert plain("会議") == "diem-cau"
    assert plain("…/../") == "diem-cau"
    assert len(plain("Rất dài " * 40)) <= 80


def test_the_key_is_the_same_for_the_same_inputs_and_another_for_any_other() -> None:
    inputs = {"form": "pdf", "rooms": [{"text": "XÃ CAO MINH", "at": 1.5}]}

    assert inputs_key(inputs) == inputs_key({"rooms": [{"at": 1.5, "text": "XÃ CAO MINH"}], "form": "pdf"})
    assert inputs_key(inputs) != inputs_key({"form": "pdf", "rooms": [{"text": "XÃ CAO MINH", "at": 1.25}]})


def test_the_note_of_what_is_missing_names_each_room() -> None:
    assert missing_note(["Xã Cao Minh, huyện Tràng Định"], 212) == (
        "Tệp nén này có 211/212 ma két. Chưa tạo được ma két của:\r\n- Xã Cao Minh, huyện Tràng Định\r\n"
    )
