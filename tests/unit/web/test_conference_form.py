"""What people type for a conference, and what becomes of it."""

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from giaoban.admin import conference_form as form
from giaoban.domain.errors import InvalidInput
from tests.factories import shared_cases

VENUE = "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize("case", shared_cases("slugs"), ids=lambda case: case["slug"])
def test_a_title_proposes_a_short_name_in_plain_letters(case: dict[str, str]) -> None:
    assert form.slug_of(case["title"]) == case["slug"]
    assert form.slug_of(unicodedata.normalize("NFD", case["title"])) == case["slug"]


@pytest.mark.parametrize(
    ("half", "hour", "begins"),
    [("morning", "10:00", "07:30"), ("afternoon", "", "13:30"), ("other", "08:15", "08:15"), ("", "19:00", "19:00")],
)
def test_a_half_day_begins_at_its_hour_at_the_venue(half: str, hour: str, begins: str) -> None:
    at_ms = form.begins_at_ms({"day": "2022-11-25", "half": half, "hour": hour}, VENUE)

    at = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(VENUE))
    assert at.strftime("%Y-%m-%d %H:%M") == f"2022-11-25 {begins}"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": "", "half": "morning"}, "day"),
        ({"day": "31/12/2022", "half": "morning"}, "day"),
        ({"day": "2022-02-30", "half": "morning"}, "day"),
        ({"day": "1900-01-01", "half": "morning"}, "day"),
        ({"day": "2100-01-01", "half": "morning"}, "day"),
        ({"day": "2022-11-25", "half": "other", "hour": ""}, "hour"),
        ({"day": "2022-11-25", "half": "other", "hour": "25:00"}, "hour"),
    ],
)
def test_a_day_or_an_hour_that_is_none_is_named(values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        form.begins_at_ms(values, VENUE)
    assert refused.value.details["field"] == field


@pytest.mark.parametrize("cap", ["", "0", "mười", "-5", "1441", "7:60"])
def test_a_cap_is_in_minutes(cap: str) -> None:
    with pytest.raises(InvalidInput):
        form.cap_ms({"cap": cap})
    assert form.cap_ms({"cap": "7:30"}) == 450_000


@pytest.mark.parametrize("slug", ["Giao Ban", "giao_ban", "-a", "a" * 61, "会"])
def test_a_short_name_that_fits_no_address_is_refused(slug: str) -> None:
    with pytest.raises(InvalidInput):
        form.slug_typed({"slug": slug}, "Giao ban")
    assert form.slug_typed({"slug": " "}, "Giao ban 2022") == "giao-ban-2022"
