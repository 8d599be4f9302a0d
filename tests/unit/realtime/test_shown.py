"""What screens have been told, compared with what is stored."""

from giaoban.realtime.shown import Missing, Shown, Stored


def shown_at(version: int, last_seq: int) -> Shown:
    shown = Shown()
    shown.joined(1, Stored(version, last_seq))
    return shown


def test_nothing_is_missing_while_nothing_changes() -> None:
    shown = shown_at(3, 10)

    for _ in range(3):
        assert shown.compare(1, Stored(3, 10)) == Missing()


def test_a_version_that_nobody_told_of_is_missing_at_once() -> None:
    shown = shown_at(3, 10)

    assert shown.compare(1, Stored(5, 12)) == Missing(after=3)
    assert shown.order(1, 5) is True
    assert shown.compare(1, Stored(5, 12)) == Missing()


def test_each_version_is_news_once_and_older_ones_never() -> None:
    shown = shown_at(3, 10)

    assert [shown.order(1, version) for version in (4, 4, 3, 6, 5)] == [True, False, False, True, False]
    assert shown.version(1) == 6


def test_whoever_joined_first_decides_what_is_missing() -> None:
    shown = shown_at(3, 10)
    # Read after commands that nobody here was told of; the first one's screen has not seen them.
    shown.joined(1, Stored(5, 12))

    assert shown.compare(1, Stored(5, 12)) == Missing(after=3)


def test_lines_that_were_announced_are_not_missing() -> None:
    shown = shown_at(3, 10)
    shown.facts(1, range(11, 14))

    assert shown.compare(1, Stored(3, 13)) == Missing()
    assert shown.compare(1, Stored(3, 13)) == Missing()


def test_an_announcement_may_come_a_round_after_its_lines() -> None:
    shown = shown_at(3, 10)

    assert shown.compare(1, Stored(3, 13)) == Missing()
    shown.facts(1, range(11, 14))
    assert shown.compare(1, Stored(3, 13)) == Missing()


def test_lines_that_nobody_announced_are_missing_once() -> None:
    shown = shown_at(3, 10)
    shown.facts(1, range(11, 12))

    assert shown.compare(1, Stored(3, 13)) == Missing()
    assert shown.compare(1, Stored(3, 13)) == Missing(lines=range(11, 14))
    assert shown.compare(1, Stored(3, 13)) == Missing()


def test_a_command_s_own_line_is_no_line_of_the_roll_call() -> None:
    shown = shown_at(3, 10)
    shown.order(1, 5)
    shown.facts(1, range(12, 13))

    assert shown.compare(1, Stored(5, 13)) == Missing()  # 11 and 13 are the commands
    assert shown.compare(1, Stored(5, 13)) == Missing()


def test_an_announcement_ahead_of_its_round_counts_for_the_next() -> None:
    shown = shown_at(3, 10)
    shown.facts(1, range(11, 13))
    shown.facts(1, range(13, 16))

    for stored in (Stored(3, 12), Stored(3, 15), Stored(3, 15), Stored(3, 15)):
        assert shown.compare(1, stored) == Missing()


def test_what_stands_beside_snapshots_is_compared_with_what_the_first_one_saw_on_joining() -> None:
    shown = Shown()
    shown.joined(1, Stored(3, 10, (True, "Hội nghị")))
    shown.joined(1, Stored(3, 10, (False, "Hội nghị")))

    assert shown.compare(1, Stored(3, 10, (False, "Hội nghị"))) == Missing(beside=True)
    assert shown.compare(1, Stored(3, 10, (False, "Hội nghị"))) == Missing()


def test_a_restored_backup_makes_everything_worthless() -> None:
    shown = shown_at(3, 10)
    shown.order(1, 9)
    shown.compare(1, Stored(9, 16))

    assert shown.compare(1, Stored(4, 11)) == Missing(went_back=True)
    assert shown.compare(1, Stored(4, 11)) == Missing()
    assert shown.order(1, 5) is True


def test_what_nobody_looks_at_is_forgotten() -> None:
    shown = shown_at(3, 10)
    shown.joined(2, Stored(7, 20))

    shown.keep({2})

    assert (shown.version(1), shown.version(2)) == (-1, 7)
    assert shown.order(1, 1) is True
    assert shown.compare(1, Stored(4, 11)) == Missing()
