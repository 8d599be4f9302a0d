"""The makets of rooms as files: true size, letters embedded, nothing in them that runs."""

import io
import struct
import unicodedata
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from giaoban.domain.maket_sizes import KNOWN, SCREEN, size_of
from giaoban.models import Conference, Endpoint
from giaoban.models.conference import endpoint_by_code
from giaoban.services import Services
from tests.conftest import COMMUNE

BODY = "THƯỜNG TRỰC HĐND XÃ CAO MINH, HUYỆN TRÀNG ĐỊNH"
LONGEST = "06616"


def room_of(conference: Conference, code: str) -> Endpoint:
    room = endpoint_by_code(conference.id, code)
    assert room is not None
    return room


def pdf_of(services: Services, conference: Conference, code: str, size: str) -> PdfReader:
    return PdfReader(io.BytesIO(services.makets.render(conference, room_of(conference, code), size_of(size), "pdf")))


def words(document: PdfReader) -> str:
    return " ".join(document.pages[0].extract_text().split())


def png_size(data: bytes) -> tuple[int, int]:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", data[16:24])
    return wide, high


def test_a_pdf_has_one_page_of_the_true_size(services: Services, conference: Conference) -> None:
    for size in (*KNOWN.values(), size_of("1234x777"), size_of("5000x2000")):
        document = pdf_of(services, conference, COMMUNE, size.key)
        assert len(document.pages) == 1
        box = document.pages[0].mediabox
        assert float(box.width) == pytest.approx(size.width_mm / 25.4 * 72, abs=0.01)
        assert float(box.height) == pytest.approx(size.height_mm / 25.4 * 72, abs=0.01)
        assert not document.pages[0].rotation


def test_its_letters_are_embedded_and_can_be_copied(services: Services, conference: Conference) -> None:
    document = pdf_of(services, conference, COMMUNE, "3x2m")

    said = words(document)
    assert unicodedata.is_normalized("NFC", said)
    assert f"{BODY} HỘI NGHỊ TRỰC TUYẾN GIAO BAN" in said
    assert "Cao Minh, ngày 26 tháng 11 năm 2021" in said
    fonts = [font.get_object() for font in document.pages[0]["/Resources"]["/Font"].values()]
    assert {str(font["/BaseFont"])[8:] for font in fonts} == {
        "BeVietnamPro-Bold",
        "BeVietnamPro-ExtraBold",
        "BeVietnamPro-MediumItalic",
    }
    for font in fonts:
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()


def test_an_svg_needs_no_font_and_holds_nothing_that_runs_or_is_elsewhere(
    services: Services, conference: Conference
) -> None:
    drawn = services.makets.render(conference, room_of(conference, LONGEST), KNOWN["3x2m"], "svg")

    root = ElementTree.fromstring(drawn)
    assert (root.get("width"), root.get("height")) == ("8503.937pt", "5669.291pt")
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds == {"svg", "g", "path", "defs", "symbol", "use"}
    for element in root.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            assert not name.endswith("href") or value.startswith("#")
    assert b"#9a0a0f" in drawn
    assert b"#fff04a" in drawn


def test_a_png_is_no_larger_than_a_screen_can_show(services: Services, conference: Conference) -> None:
    room = room_of(conference, COMMUNE)

    assert png_size(services.makets.render(conference, room, KNOWN[SCREEN], "png")) == (1920, 1080)
    assert png_size(services.makets.render(conference, room, size_of("5000x1250"), "png")) == (2560, 640)


def test_the_hall_has_the_lines_of_the_conference_and_rooms_their_own(
    services: Services, conference: Conference
) -> None:
    conference.maket = conference.maket | {"org": "HĐND TỈNH LẠNG SƠN", "place": "Hội trường tỉnh", "day": "dots"}

    hall = words(pdf_of(services, conference, "20", "a4"))
    assert hall.startswith("HĐND TỈNH LẠNG SƠN HỘI NGHỊ")
    assert hall.endswith("Hội trường tỉnh, ngày ..... tháng 11 năm 2021")
    district = words(pdf_of(services, conference, "178", "a4"))
    assert district.startswith("THƯỜNG TRỰC HĐND THÀNH PHỐ LẠNG SƠN HỘI NGHỊ")
    assert district.endswith("Lạng Sơn, ngày ..... tháng 11 năm 2021")


def test_a_conference_without_lines_shows_its_title(services: Services, conference: Conference) -> None:
    conference.maket = {}
    conference.title = "Hội nghị giao ban #set <x> năm 2022"

    assert "HỘI NGHỊ GIAO BAN #SET <X> NĂM 2022" in words(pdf_of(services, conference, COMMUNE, "a4"))


def test_those_of_all_rooms_are_prepared_at_once(services: Services, conference: Conference) -> None:
    prepared = services.makets.prepare_all(conference, KNOWN["a4"])

    assert [each.code for each in prepared] == [room.code for room in conference.endpoints]
    assert len({each.name for each in prepared}) == len(prepared)
    one = next(each for each in prepared if each.code == COMMUNE)
    assert one.name == f"ma-ket-{COMMUNE}-xa-cao-minh-huyen-trang-dinh-a4"
    assert one == services.makets.prepare(conference, room_of(conference, COMMUNE), KNOWN["a4"])
    assert services.makets.draw(one, "svg") == services.makets.render(
        conference, room_of(conference, COMMUNE), KNOWN["a4"], "svg"
    )
