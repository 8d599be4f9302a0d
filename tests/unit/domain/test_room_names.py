"""An endpoint is found by what people call it, and several of one name are never mistaken for one."""

from importlib import resources

import pytest

from giaoban.domain.room_names import RoomNames
from giaoban.domain.roster import read_roster

ROOMS = RoomNames(read_roster(resources.files("giaoban.seed").joinpath("lang_son_2021.csv").read_bytes()))
CHI_LANG = ["05983", "06034", "187", "06466", "06523"]  # a ward, a commune elsewhere, a district, its town, its commune


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("185", "185"),
        ("06010", "06010"),
        ("Bắc Sơn, huyện", None),
        ("Huyện Bắc Sơn", "185"),
        ("huyen bac son", "185"),
        ("H. Bắc Sơn", "185"),
        ("Điểm cầu huyện Bắc Sơn", "185"),
        ("Thường trực HĐND huyện Bắc Sơn", "185"),
        ("Xã Cao Minh", "06010"),
        ("Cao Minh", "06010"),
        ("Xã Cao Minh, huyện Tràng Định", "06010"),
        ("xã Cao Minh (Tràng Định)", "06010"),
        ("TT Chi Lăng", "06466"),
        ("Huyện Chi Lăng", "187"),
        ("P. Chi Lăng", "05983"),
        ("Xã Chi Lăng, Tràng Định", "06034"),
        ("TP Lạng Sơn", "178"),
        ("Tỉnh Lạng Sơn", "20"),
        ("Hội trường", "20"),
        ("Điểm cầu trung tâm", "20"),
        ("Nơi nào đó", None),
        ("", None),
    ],
)
def test_one_endpoint(text: str, code: str | None) -> None:
    assert ROOMS.find(text) == ([] if code is None else [code])


def test_of_several_none_is_guessed() -> None:
    assert sorted(ROOMS.find("Chi Lăng")) == sorted(CHI_LANG)
    assert sorted(ROOMS.find("Xã Chi Lăng")) == ["06034", "06523"]


def test_diacritics_decide_where_they_tell_apart() -> None:
    assert len(ROOMS.find("Lạng Sơn")) == 2  # the province and its town


def test_the_endpoint_of_an_office() -> None:
    assert ROOMS.of_speaker("Thường trực HĐND huyện Bắc Sơn") == "185"
    assert ROOMS.of_speaker("Thường trực HĐND xã Chi Lăng") is None
    assert ROOMS.of_speaker("Chủ tọa") is None
