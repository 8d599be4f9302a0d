"""How fast somebody may go on."""

from giaoban.pace import AT_ONCE_S, Pace


class Watch:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def allowed(pace: Pace, who: str, times: int) -> int:
    return sum(pace.take(who) >= 0 for _ in range(times))


def test_so_much_at_once_and_then_so_much_a_second() -> None:
    watch = Watch()
    pace = Pace(10, now_s=watch)
    assert allowed(pace, "mc", 200) == 10 * AT_ONCE_S

    watch.now_s += 1

    assert allowed(pace, "mc", 200) in (9, 10)  # the last one too many may still be owed


def test_each_has_a_pace_of_their_own() -> None:
    pace = Pace(1, now_s=Watch())
    allowed(pace, "one", 100)
    assert allowed(pace, "other", 100) == AT_ONCE_S


def test_whoever_rests_gets_no_more_than_at_once() -> None:
    watch = Watch()
    pace = Pace(1, now_s=watch)
    pace.take("mc")
    watch.now_s += 3600
    assert allowed(pace, "mc", 100) == AT_ONCE_S


def test_who_goes_on_and_on_gets_into_debt_down_to_a_bound() -> None:
    watch = Watch()
    pace = Pace(1, debt=20, now_s=watch)
    assert min(pace.take("flood") for _ in range(500)) == -20

    watch.now_s += 10

    assert allowed(pace, "flood", 1) == 0
    watch.now_s += 20
    assert allowed(pace, "flood", 1) == 1


def test_who_is_forgotten_begins_anew() -> None:
    pace = Pace(1, now_s=Watch())
    allowed(pace, "gone", 100)
    pace.forget("gone")
    pace.forget("never came")
    assert allowed(pace, "gone", 100) == AT_ONCE_S


def test_no_more_than_so_many_are_remembered() -> None:
    pace = Pace(1, most=3, now_s=Watch())
    for number in range(10):
        allowed(pace, str(number), 10)
    assert allowed(pace, "0", 10) == AT_ONCE_S
    assert len(pace._left) <= 3


def test_a_pace_below_one_a_second_lets_one_through() -> None:
    assert allowed(Pace(0.1, now_s=Watch()), "x", 5) == 1
