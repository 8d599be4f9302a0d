"""At most two announcements a second, and the last change is in one of them."""

from collections.abc import Callable

from giaoban.realtime.coalesce import INTERVAL_MS, Coalescer

A, B, C = frozenset({"178"}), frozenset({"180"}), frozenset({"06010"})


class Desk:
    """A clock that is moved by hand, what is due on it, and what was announced."""

    def __init__(self) -> None:
        self.now_ms = 1000
        self.due: list[tuple[int, Callable[[], None]]] = []
        self.announced: list[tuple[int, int, frozenset[str]]] = []
        self.takes_ms = 0  # an announcement, until it is out
        self.coalescer = Coalescer(self._announce, self._later, lambda: self.now_ms)

    def _announce(self, conference_id: int, codes: frozenset[str]) -> None:
        self.now_ms += self.takes_ms
        self.announced.append((self.now_ms, conference_id, codes))

    def _later(self, delay_ms: int, call: Callable[[], None]) -> None:
        self.due.append((self.now_ms + delay_ms, call))

    def go_to(self, now_ms: int) -> None:
        for at_ms, call in sorted(self.due, key=lambda entry: entry[0]):
            if at_ms <= now_ms:
                self.due.remove((at_ms, call))
                self.now_ms = at_ms
                call()
        self.now_ms = now_ms


def test_the_first_change_is_announced_at_once() -> None:
    desk = Desk()

    desk.coalescer.add(1, A)
    desk.go_to(1000)

    assert desk.announced == [(1000, 1, A)]


def test_what_changes_within_the_interval_is_announced_together_at_its_end() -> None:
    desk = Desk()
    desk.coalescer.add(1, A)
    desk.go_to(1100)

    desk.coalescer.add(1, B)
    desk.go_to(1300)
    desk.coalescer.add(1, C)
    desk.coalescer.add(1, B)
    desk.go_to(1499)
    assert len(desk.announced) == 1
    desk.go_to(1500)

    assert desk.announced[1:] == [(1500, 1, B | C)]
    assert desk.due == []


def test_changes_at_the_same_moment_are_one_announcement() -> None:
    desk = Desk()

    for codes in (A, B, C):
        desk.coalescer.add(1, codes)
    desk.go_to(1000)

    assert desk.announced == [(1000, 1, A | B | C)]


def test_after_a_quiet_time_the_next_change_is_announced_at_once() -> None:
    desk = Desk()
    desk.coalescer.add(1, A)
    desk.go_to(9000)

    desk.coalescer.add(1, B)
    desk.go_to(9000)

    assert desk.announced == [(1000, 1, A), (9000, 1, B)]


def test_a_steady_stream_is_announced_twice_a_second_and_whole() -> None:
    desk = Desk()

    for moment_ms in range(1000, 4000, 10):
        desk.go_to(moment_ms)
        desk.coalescer.add(1, frozenset({str(moment_ms)}))
    desk.go_to(5000)

    moments = [moment_ms for moment_ms, _, _ in desk.announced]
    assert all(after - before >= INTERVAL_MS for before, after in zip(moments, moments[1:], strict=False))
    assert len(moments) == 7
    assert frozenset().union(*(codes for _, _, codes in desk.announced)) == {str(ms) for ms in range(1000, 4000, 10)}


def test_conferences_do_not_wait_for_each_other() -> None:
    desk = Desk()

    desk.coalescer.add(1, A)
    desk.coalescer.add(2, B)
    desk.go_to(1000)

    assert desk.announced == [(1000, 1, A), (1000, 2, B)]


def test_a_change_during_the_announcement_is_announced_next() -> None:
    desk = Desk()
    desk.coalescer.add(1, A)
    (_, call) = desk.due.pop()
    desk.coalescer._announce = lambda conference_id, codes: desk.coalescer.add(1, B)
    call()
    desk.coalescer._announce = desk._announce

    desk.go_to(2000)

    assert desk.announced == [(1500, 1, B)]


def test_an_announcement_that_takes_long_is_followed_by_a_whole_interval() -> None:
    desk = Desk()
    desk.takes_ms = 300
    desk.coalescer.add(1, A)
    desk.go_to(1400)

    desk.takes_ms = 0
    desk.coalescer.add(1, B)
    desk.go_to(3000)

    assert [moment_ms for moment_ms, _, _ in desk.announced] == [1300, 1300 + INTERVAL_MS]


def test_no_announcement_begins_while_another_is_made() -> None:
    desk = Desk()
    announced: list[frozenset[str]] = []

    def announce(_conference_id: int, codes: frozenset[str]) -> None:
        if codes == A:  # the database is slow, and much longer than the interval
            desk.coalescer.add(1, B)
            desk.go_to(9000)
        announced.append(codes)

    desk.coalescer._announce = announce
    desk.coalescer.add(1, A)
    desk.go_to(1000)
    desk.go_to(20000)

    assert announced == [A, B]
