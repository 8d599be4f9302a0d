"""What is refused at which stage of a conference's life."""

import pytest

from giaoban.domain import stages
from giaoban.domain.commands import NAMES


@pytest.mark.parametrize(
    ("stage", "begun", "status"),
    [
        ("draft", False, "draft"),
        ("ready", False, "ready"),
        ("ready", True, "live"),
        ("closed", True, "closed"),
        ("closed", False, "closed"),
    ],
)
def test_live_is_what_has_begun_and_is_not_closed(stage: str, begun: bool, status: str) -> None:
    assert stages.status(stage, begun) == status
    assert status in stages.STATUSES


def test_a_closed_conference_takes_no_command_and_a_ready_one_all() -> None:
    assert all(stages.command_refusal("closed", name) for name in NAMES.values())
    assert not any(stages.command_refusal("ready", name) for name in NAMES.values())


def test_a_draft_takes_everything_but_a_start() -> None:
    assert {name for name in NAMES.values() if stages.command_refusal("draft", name)} == {"start", "next"}


def test_rooms_check_in_only_where_people_meet() -> None:
    assert [stage for stage in stages.STAGES if stages.check_in_refusal(stage) is None] == ["ready"]


@pytest.mark.parametrize(
    ("stage", "on_air", "closes"),
    [("ready", False, True), ("ready", True, False), ("draft", False, False), ("closed", False, False)],
)
def test_only_a_published_conference_with_nothing_on_air_is_closed(stage: str, on_air: bool, closes: bool) -> None:
    assert (stages.close_refusal(stage, on_air) is None) == closes


def test_only_a_draft_is_published_and_only_a_closed_one_reopened() -> None:
    assert [stage for stage in stages.STAGES if stages.publish_refusal(stage) is None] == ["draft"]
    assert [stage for stage in stages.STAGES if stages.reopen_refusal(stage) is None] == ["closed"]
