"""Lines of about the same length, and pictures of any shape within their frames."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giaoban.domain.errors import InvalidInput
from giaoban.domain.maket_lines import balanced, width
from giaoban.domain.maket_names import organisation, place_line
from giaoban.domain.maket_picture import FRAME, INSET, ORG, TITLE, Lines, Picture, picture
from giaoban.domain.maket_sizes import KNOWN, SCREEN, size_of
from giaoban.seed import demo
from tests.unit.domain.test_maket_names import DAY, ROSTERS, roster

SIZES = (*KNOWN, "800x1800", "600x600", "4000x1000", "1000x4000")
TITLE_LINES = tuple(demo.MAKET["title"])


def of(name: str, code: str) -> Lines:
    unit = roster(name)[code]
    return Lines(
        organisation(unit, roster(name).get(unit.parent_code or "")),
        "HỘI NGHỊ TRỰC TUYẾN",
        TITLE_LINES,
        "NĂM 2021",
        place_line(unit.name, DAY),
    )


def lines_of(made: Picture) -> list[list[str]]:
    return [[line.text for line in part.lines] for part in made.parts]


def assert_within(made: Picture) -> None:
    """No line leaves the frame, touches the one above it, or is wider than the picture's own margins leave."""
    below = FRAME
    for part in made.parts:
        for line in part.lines:
            assert width(line.text, part.style.tracking) * part.size <= (made.wide - 2 * INSET) / 0.95 + 0.01
            assert line.baseline - 1.05 * part.size > below
            below = line.baseline + 0.26 * part.size
    assert below < made.high - FRAME


def test_a_long_name_is_set_in_two_lines_parted_where_it_reads_well() -> None:
    made = picture(of("lang_son_2021.csv", "06616"), KNOWN["3x2m"].ratio)

    assert lines_of(made)[0] == ["THƯỜNG TRỰC HĐND THỊ TRẤN", "NÔNG TRƯỜNG THÁI BÌNH, HUYỆN ĐÌNH LẬP"]


def test_a_wide_picture_keeps_the_lines_of_the_title_and_looks_as_on_the_projector() -> None:
    for key in KNOWN:
        made = picture(of("lang_son_2021.csv", "06010"), KNOWN[key].ratio)
        assert made.wide == 1920
        assert lines_of(made)[2] == list(TITLE_LINES)
    assert [part.size for part in picture(of("lang_son_2021.csv", "20"), 16 / 9).parts] == [58, 126, 57, 92, 48]


def test_an_upright_picture_breaks_them_anew_and_holds_words_together() -> None:
    made = picture(of("lang_son_2021.csv", "06616"), size_of("800x1800").ratio)

    assert lines_of(made)[1] == ["HỘI NGHỊ", "TRỰC TUYẾN"]
    assert lines_of(made)[4] == ["Nông Trường Thái Bình,", "ngày 26 tháng 11 năm 2021"]


def test_all_names_of_both_rosters_stand_within_every_size() -> None:
    for name in ROSTERS:
        for code in roster(name):
            for size in ("3x2m", "800x1800"):
                assert_within(picture(of(name, code), size_of(size).ratio))


@pytest.mark.parametrize("size", SIZES)
def test_the_longest_lines_that_are_taken_stand_within_too(size: str) -> None:
    long = Lines("ỦY BAN " * 17, "HỘI NGHỊ " * 13, ("THƯỜNG TRỰC " * 10,) * 4, "NĂM " * 30, "Cao Minh " * 13)

    assert_within(picture(long, size_of(size).ratio))
    assert_within(picture(Lines("A" * 120, "", ("Ẵ" * 120,), "", "X"), size_of(size).ratio))


def test_without_lines_there_is_still_a_picture() -> None:
    assert picture(Lines("", "", (), "", ""), 1.5).parts == ()


words = st.lists(st.text("AĐẮƠWIỆ", min_size=1, max_size=9), min_size=1, max_size=14)


@settings(max_examples=60, deadline=None)
@given(words, st.integers(1, 4))
def test_lines_hold_all_words_and_none_is_wider_than_it_must_be(said: Sequence[str], count: int) -> None:
    text = " ".join(said)

    lines = balanced(text, count)

    assert " ".join(lines) == text
    assert len(lines) == min(count, len(said))
    if len(lines) == 2:  # no other place to part them gives a narrower picture
        others = (max(width(" ".join(said[:at])), width(" ".join(said[at:]))) for at in range(1, len(said)))
        assert max(map(width, lines)) <= min(others) + 1e-9


def test_the_two_lines_of_a_name_differ_little() -> None:
    for name in ROSTERS:
        units = roster(name)
        for unit in units.values():
            text = organisation(unit, units.get(unit.parent_code or ""))
            shorter, longer = sorted(map(width, balanced(text, 2)))
            assert shorter >= 0.5 * longer, text


def test_letters_are_as_wide_as_in_the_font_or_a_little_more() -> None:
    assert width("THƯỜNG TRỰC HĐND") == pytest.approx(11.1, abs=0.3)
    assert width("Ằ") == width("A")
    assert width("Ữ") == width("Ư")
    assert TITLE.size > ORG.least


@pytest.mark.parametrize("typed", ["1200x800", " 1200 × 800 mm", "1200X800"])
def test_any_size_may_be_typed(typed: str) -> None:
    assert (size_of(typed).width_mm, size_of(typed).height_mm, size_of(typed).key) == (1200, 800, "1200x800")


@pytest.mark.parametrize("typed", ["", "a5", "1200", "99x200", "6000x3000", "5000x1000", "-3x5", "1e3x5", "٣٠٠x٣٠٠x"])
def test_what_nobody_prints_is_refused_with_a_word_on_it(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        size_of(typed)
    assert refused.value.details["field"] == "size"


def test_pictures_of_points_are_bounded() -> None:
    assert KNOWN[SCREEN].pixels == (1920, 1080)
    assert KNOWN["3x2m"].pixels == (2560, 1707)
    assert size_of("100x400").pixels == (640, 2560)
