"""What no state could make legal is refused when the command is read, and named."""

import unicodedata
from typing import Any

import pytest

from giaoban.domain import commands as c
from giaoban.domain.errors import InvalidInput
from tests.factories import MINUTE_MS

ITEM = {"kind": "paper", "title": "Tham luận", "planned_ms": 10 * MINUTE_MS}


@pytest.mark.parametrize(
    ("name", "args", "command"),
    [
        ("start", {"item_id": "7"}, c.Start("7")),
        ("next", {}, c.Next()),
        ("next", {"item_id": None}, c.Next()),
        ("next", {"item_id": "7"}, c.Next("7")),
        ("finish", {}, c.Finish()),
        ("pause", {}, c.Pause()),
        ("resume", {}, c.Resume()),
        ("add_time", {"delta_ms": -1}, c.AddTime(-1)),
        ("add_time", {"delta_ms": 3_600_000, "reason": " Có câu hỏi "}, c.AddTime(3_600_000, "Có câu hỏi")),
        ("add_time", {"delta_ms": -3_600_000, "reason": "  "}, c.AddTime(-3_600_000)),
        ("add_time", {"delta_ms": 1, "reason": None}, c.AddTime(1)),
        ("skip", {"item_id": "7"}, c.Skip("7")),
        ("unskip", {"item_id": "7"}, c.Unskip("7")),
        ("move", {"item_id": "7", "position": 1}, c.Move("7", 1)),
        ("insert", {"position": 2, "item": ITEM}, c.Insert(2, ITEM)),
        ("edit", {"item_id": "7", "fields": {"title": "Khác"}}, c.Edit("7", {"title": "Khác"})),
        ("remove", {"item_id": "7"}, c.Remove("7")),
        ("replace_pending", {"items": [ITEM]}, c.ReplacePending((ITEM,))),
        (
            "replace_pending",
            {"items": [{"item_id": "7"}, {"item_id": "2", "cap_ms": None}, {"item_id": None, **ITEM}]},
            c.ReplacePending(({"item_id": "7"}, {"item_id": "2", "cap_ms": None}, ITEM)),
        ),
        ("restore", {"item_id": "7"}, c.Restore("7")),
        ("restore", {"item_id": "7", "position": None}, c.Restore("7")),
        ("restore", {"item_id": "7", "position": 3}, c.Restore("7", 3)),
        ("set_lengths", {"lengths": {"7": 1, "9": 86_400_000}}, c.SetLengths({"7": 1, "9": 86_400_000})),
        ("compress", {"end_at_ms": 0}, c.Compress(0)),
        ("compress", {"end_at_ms": 7, "floors": None}, c.Compress(7)),
        ("compress", {"end_at_ms": 7, "floors": {"paper": 0, "7": 1}}, c.Compress(7, {"paper": 0, "7": 1})),
        ("undo", {}, c.Undo()),
        ("set_scene", {"name": "auto"}, c.SetScene("auto")),
        ("set_scene", {"name": "roll_call"}, c.SetScene("roll_call")),
        ("set_message", {"text": "", "to": "all"}, c.SetMessage("", "all")),
        ("set_message", {"text": "a" * 300, "to": "06010"}, c.SetMessage("a" * 300, "06010")),
    ],
)
def test_a_well_formed_command_is_read(name: str, args: dict[str, Any], command: c.Command) -> None:
    parsed = c.parse(name, args)

    assert parsed == command
    assert parsed.name == name


def test_all_optional_fields_of_an_item_may_be_given_or_null() -> None:
    given = {
        **ITEM,
        "speaker": "Thường trực HĐND huyện Bắc Sơn",
        "endpoint_code": "185",
        "cap_ms": 1,
        "min_ms": 0,
        "not_before_at_ms": 0,
    }
    null = {**ITEM, "speaker": None, "endpoint_code": None, "cap_ms": None, "min_ms": None, "not_before_at_ms": None}

    assert c.parse("insert", {"position": 1, "item": given}) == c.Insert(1, given)
    assert c.parse("insert", {"position": 1, "item": null}) == c.Insert(1, null)


def test_a_blank_speaker_is_none_at_all() -> None:
    fields = {"speaker": "  ", "endpoint_code": ""}

    assert c.parse("edit", {"item_id": "7", "fields": fields}) == c.Edit("7", dict.fromkeys(fields))


def test_texts_are_stored_composed() -> None:
    title = "Phát biểu khai mạc"

    parsed = c.parse("edit", {"item_id": "7", "fields": {"title": unicodedata.normalize("NFD", title)}})

    assert parsed == c.Edit("7", {"title": title})


def test_the_length_of_a_title_is_counted_in_composed_letters() -> None:
    decomposed = unicodedata.normalize("NFD", "ộ" * 300)

    assert c.parse("insert", {"position": 1, "item": {**ITEM, "title": decomposed}}) == c.Insert(
        1, {**ITEM, "title": "ộ" * 300}
    )


def insert(**fields: Any) -> dict[str, Any]:
    return {"position": 1, "item": {**ITEM, **fields}}


def edit(**fields: Any) -> dict[str, Any]:
    return {"item_id": "7", "fields": fields}


def without(key: str) -> dict[str, Any]:
    return {"position": 1, "item": {name: value for name, value in ITEM.items() if name != key}}


@pytest.mark.parametrize(
    ("name", "args", "field"),
    [
        ("dance", {}, "name"),
        ("Start", {"item_id": "7"}, "name"),
        (None, {}, "name"),
        (["start"], {}, "name"),
        ("pause", None, "args"),
        ("pause", [], "args"),
        ("pause", "{}", "args"),
        ("pause", {"item_id": "7"}, "args"),
        ("undo", {"steps": 2}, "args"),
        ("start", {}, "args"),
        ("start", {"item_id": "7", "extra": 1}, "args"),
        ("start", {"item_id": 7}, "item_id"),
        ("start", {"item_id": None}, "item_id"),
        ("start", {"item_id": ""}, "item_id"),
        ("next", {"item_id": 7}, "item_id"),
        ("add_time", {}, "args"),
        ("add_time", {"delta_ms": 0}, "delta_ms"),
        ("add_time", {"delta_ms": 3_600_001}, "delta_ms"),
        ("add_time", {"delta_ms": -3_600_001}, "delta_ms"),
        ("add_time", {"delta_ms": 1.5}, "delta_ms"),
        ("add_time", {"delta_ms": "60000"}, "delta_ms"),
        ("add_time", {"delta_ms": True}, "delta_ms"),
        ("add_time", {"delta_ms": None}, "delta_ms"),
        ("add_time", {"delta_ms": 1, "reason": 7}, "reason"),
        ("add_time", {"delta_ms": 1, "reason": "a" * 201}, "reason"),
        ("skip", {"item_id": []}, "item_id"),
        ("unskip", {"item_id": {}}, "item_id"),
        ("move", {"item_id": "7"}, "args"),
        ("move", {"item_id": "7", "position": 0}, "position"),
        ("move", {"item_id": "7", "position": -1}, "position"),
        ("move", {"item_id": "7", "position": "1"}, "position"),
        ("move", {"item_id": "7", "position": False}, "position"),
        ("move", {"item_id": "7", "position": 10**30}, "position"),
        ("insert", {"position": 1}, "args"),
        ("insert", {"position": 0, "item": ITEM}, "position"),
        ("insert", {"position": 1, "item": None}, "item"),
        ("insert", {"position": 1, "item": [ITEM]}, "item"),
        ("insert", without("kind"), "kind"),
        ("insert", without("title"), "title"),
        ("insert", without("planned_ms"), "planned_ms"),
        ("insert", insert(colour="red"), "colour"),
        ("insert", insert(id="7"), "id"),
        ("insert", insert(state="live"), "state"),
        ("insert", insert(added_ms=1), "added_ms"),
        ("insert", insert(kind="dance"), "kind"),
        ("insert", insert(kind=None), "kind"),
        ("insert", insert(kind=["paper"]), "kind"),
        ("insert", insert(title=""), "title"),
        ("insert", insert(title=" \n "), "title"),
        ("insert", insert(title="a" * 301), "title"),
        ("insert", insert(title="a\x00b"), "title"),
        ("insert", insert(title="a\ud800"), "title"),
        ("insert", insert(title=None), "title"),
        ("insert", insert(planned_ms=0), "planned_ms"),
        ("insert", insert(planned_ms=-1), "planned_ms"),
        ("insert", insert(planned_ms=1.0), "planned_ms"),
        ("insert", insert(planned_ms=None), "planned_ms"),
        ("insert", insert(planned_ms=24 * 60 * MINUTE_MS + 1), "planned_ms"),
        ("insert", insert(cap_ms=0), "cap_ms"),
        ("insert", insert(cap_ms="10"), "cap_ms"),
        ("insert", insert(min_ms=-1), "min_ms"),
        ("insert", insert(not_before_at_ms=-1), "not_before_at_ms"),
        ("insert", insert(not_before_at_ms=10**18), "not_before_at_ms"),
        ("insert", insert(speaker=7), "speaker"),
        ("insert", insert(speaker="a" * 201), "speaker"),
        ("insert", insert(endpoint_code=185), "endpoint_code"),
        ("insert", insert(endpoint_code="1" * 21), "endpoint_code"),
        ("edit", {"item_id": "7"}, "args"),
        ("edit", {"item_id": "7", "fields": {}}, "fields"),
        ("edit", {"item_id": "7", "fields": "title"}, "item"),
        ("edit", edit(title=None), "title"),
        ("edit", edit(title=""), "title"),
        ("edit", edit(planned_ms=0), "planned_ms"),
        ("edit", edit(started_at_ms=0), "started_at_ms"),
        ("remove", {"item_id": 7.0}, "item_id"),
        ("replace_pending", {}, "args"),
        ("replace_pending", {"items": []}, "items"),
        ("replace_pending", {"items": {"1": ITEM}}, "items"),
        ("replace_pending", {"items": [ITEM] * 10_001}, "items"),
        ("replace_pending", {"items": [{}]}, "kind"),
        ("replace_pending", {"items": [7]}, "kind"),
        ("replace_pending", {"items": [{"title": "Thiếu loại"}]}, "kind"),
        ("replace_pending", {"items": [{"item_id": 7}]}, "item_id"),
        ("replace_pending", {"items": [{"item_id": "7"}, {"item_id": "7"}]}, "item_id"),
        ("replace_pending", {"items": [{"item_id": "7", "planned_ms": 0}]}, "planned_ms"),
        ("replace_pending", {"items": [{**ITEM, "state": "done"}]}, "state"),
        ("restore", {"position": 1}, "args"),
        ("restore", {"item_id": 7}, "item_id"),
        ("restore", {"item_id": "7", "position": 0}, "position"),
        ("set_lengths", {}, "args"),
        ("set_lengths", {"lengths": {}}, "lengths"),
        ("set_lengths", {"lengths": ["7"]}, "lengths"),
        ("set_lengths", {"lengths": {"": 1}}, "lengths"),
        ("set_lengths", {"lengths": {"7": 1, "8": 0}}, "planned_ms"),
        ("set_lengths", {"lengths": {"7": "10"}}, "planned_ms"),
        ("set_lengths", {"lengths": {"7": True}}, "planned_ms"),
        ("set_lengths", {"lengths": {"7": 86_400_001}}, "planned_ms"),
        ("compress", {}, "args"),
        ("compress", {"end_at_ms": "11:45"}, "end_at_ms"),
        ("compress", {"end_at_ms": None}, "end_at_ms"),
        ("compress", {"end_at_ms": 1.5}, "end_at_ms"),
        ("compress", {"end_at_ms": -1}, "end_at_ms"),
        ("compress", {"end_at_ms": 10**18}, "end_at_ms"),
        ("compress", {"end_at_ms": 7, "floors": [5]}, "floors"),
        ("compress", {"end_at_ms": 7, "floors": {"": 5}}, "floors"),
        ("compress", {"end_at_ms": 7, "floors": {"paper": None}}, "floors"),
        ("compress", {"end_at_ms": 7, "floors": {"paper": -1}}, "floors"),
        ("compress", {"end_at_ms": 7, "floors": {"paper": 86_400_001}}, "floors"),
        ("set_scene", {}, "args"),
        ("set_scene", {"name": "Black"}, "name"),
        ("set_scene", {"name": None}, "name"),
        ("set_scene", {"name": ["black"]}, "name"),
        ("set_message", {"text": "a"}, "args"),
        ("set_message", {"to": "all"}, "args"),
        ("set_message", {"text": None, "to": "all"}, "text"),
        ("set_message", {"text": "a" * 301, "to": "all"}, "text"),
        ("set_message", {"text": "a", "to": ""}, "to"),
        ("set_message", {"text": "a", "to": None}, "to"),
    ],
)
def test_what_no_state_could_make_legal_is_refused_naming_the_field(name: object, args: object, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        c.parse(name, args)

    assert caught.value.details["field"] == field
    assert caught.value.message.endswith(".")


def test_every_command_has_a_parser_and_a_name() -> None:
    assert {kind.__name__ for kind in c.NAMES} == {kind.__name__ for kind in c.Command.__subclasses__()}
    for name in c.NAMES.values():
        with pytest.raises(InvalidInput) as caught:
            c.parse(name, {"không có": 1})
        assert caught.value.details["field"] == "args"
