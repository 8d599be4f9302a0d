"""The rooms of other processes: by the last that each said, until it is dead."""

from giaoban.realtime.elsewhere import SILENT_MOST, Elsewhere

HALL, ROOM, OTHER = (1, "20"), (1, "06010"), (2, "06010")


def test_a_room_comes_and_leaves_with_what_its_process_says() -> None:
    elsewhere = Elsewhere()

    assert elsewhere.heard("a", 1, 1000, [ROOM]) == {ROOM}
    assert elsewhere.heard("a", 2, 2000, [ROOM, OTHER]) == {OTHER}
    assert elsewhere.has(ROOM)
    assert elsewhere.heard("a", 3, 3000, [OTHER]) == {ROOM}
    assert not elsewhere.has(ROOM)
    assert elsewhere.last_seen[ROOM] == 3000


def test_a_room_with_screens_at_two_processes_leaves_with_the_second() -> None:
    elsewhere = Elsewhere()
    elsewhere.heard("a", 1, 1000, [ROOM])

    assert elsewhere.heard("b", 1, 1100, [ROOM]) == set()
    assert elsewhere.heard("a", 2, 1200, []) == set()
    assert elsewhere.heard("b", 2, 1300, []) == {ROOM}


def test_what_was_overtaken_counts_for_nothing() -> None:
    elsewhere = Elsewhere()
    elsewhere.heard("a", 5, 5000, [ROOM])

    assert elsewhere.heard("a", 4, 4000, [HALL]) == set()
    assert elsewhere.heard("a", 5, 5000, []) == set()
    assert elsewhere.has(ROOM)
    assert not elsewhere.has(HALL)


def test_a_process_that_is_silent_for_long_is_dead_and_was_seen_at_its_last_word() -> None:
    elsewhere = Elsewhere()
    elsewhere.heard("a", 1, 1000, [ROOM])
    elsewhere.heard("b", 1, 1500, [OTHER])

    for _ in range(SILENT_MOST - 1):
        assert elsewhere.tick() == set()
    elsewhere.heard("b", 2, 2000, [OTHER])

    assert elsewhere.tick() == {ROOM}
    assert elsewhere.last_seen[ROOM] == 1000
    assert elsewhere.has(OTHER)
    assert elsewhere.processes == {"b"}


def test_a_process_that_was_only_slow_is_there_again() -> None:
    elsewhere = Elsewhere()
    elsewhere.heard("a", 1, 1000, [ROOM])
    for _ in range(SILENT_MOST):
        elsewhere.tick()

    assert elsewhere.heard("a", 1, 1000, [ROOM]) == set()  # what it said before comes late
    assert elsewhere.heard("a", 2, 20_000, [ROOM]) == {ROOM}


def test_when_a_room_was_seen_never_goes_back() -> None:
    elsewhere = Elsewhere()
    elsewhere.seen(ROOM, 5000)
    elsewhere.seen(ROOM, 4000)

    assert elsewhere.last_seen == {ROOM: 5000}
