"""Refusals carry a code for programs, a sentence for people, and the facts."""

import pytest

from giaoban.domain import errors


def subclasses(kind: type[errors.GiaobanError]) -> list[type[errors.GiaobanError]]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in subclasses(below))]


@pytest.mark.parametrize(
    "kind", [kind for kind in subclasses(errors.GiaobanError) if kind.__init__ is errors.GiaobanError.__init__]
)
def test_every_refusal_has_a_sentence_of_its_own_and_takes_a_better_one(kind: type[errors.GiaobanError]) -> None:
    assert str(kind()).endswith(".")
    assert str(kind("Khác.", version=3)) == "Khác."
    assert kind("Khác.", version=3).details == {"version": 3}


def test_codes_are_told_apart() -> None:
    kinds = [kind for kind in subclasses(errors.GiaobanError) if kind is not errors.IdReused]

    assert len({kind.code for kind in kinds}) == len(kinds)


def test_more_facts_can_be_added_on_the_way_up() -> None:
    error = errors.StaleVersion(expected_version=2, version=3)

    assert error.with_details({"snapshot": {}}) is error
    assert error.details == {"expected_version": 2, "version": 3, "snapshot": {}}


def test_an_id_that_came_again_names_which_id() -> None:
    error = errors.IdReused("check_in_id_reused", check_in_id="a")

    assert (error.code, error.details) == ("check_in_id_reused", {"check_in_id": "a"})


def test_too_many_attempts_say_how_long_to_wait() -> None:
    error = errors.TooManyAttempts(30)

    assert "30 giây" in str(error)
    assert (error.retry_after_s, error.details) == (30, {"retry_after_s": 30})
