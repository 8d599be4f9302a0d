"""A room's line test as data: what was measured, what was reported, and by which rule that is a good line.

Measured is the round trip to this server over Socket.IO: `PROBES` numbered questions, one every `SPACING_MS`, each
waited for up to `WAIT_MS`. Under Socket.IO lies TCP, which sends again what the network loses: loss shows as a late
answer. So a question counts as lost when no answer has come within `WAIT_MS`, or when there was no line to send it on.
A round trip holds the server's own time to answer and the browser's to notice it: it is never shorter than the
network's, and a little longer.

Picture, sound and microphone are what people at the room say of them; nothing of them is measured or sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.roll_call import AHEAD_MOST_MS
from giaoban.domain.texts import clean_text

PROBES: Final = 20
SPACING_MS: Final = 200
WAIT_MS: Final = 2_000
PROBES_MOST: Final = 200  # of one test: more tell nothing new

TRANSPORTS: Final = ("websocket", "polling")
REPORTED: Final = ("picture", "sound", "mic")
PARTS: Final = ("network", *REPORTED)
ANSWERS: Final = ("good", "poor", "none")
SOURCES: Final = ("self", "technician")
NOTE_LONGEST: Final = 300

# ---- the rule. A line is as good as its worst part.
GRADES: Final = ("good", "fair", "poor")  # from the best to the worst
# Speech stays easy up to 150 ms one way and possible up to 400 ms (ITU-T G.114): twice that for a round trip.
MEDIAN_MOST_MS: Final = (300, 800)
# Conferencing software evens out some tens of milliseconds without being noticed, and about 150 with a longer delay.
JITTER_MOST_MS: Final = (50, 150)
# An answer that takes a second has been lost and sent again on the way at least once.
WORST_GOOD_MS: Final = 1_000
# One of twenty may be a chance; more is a line that breaks.
LOST_FAIR_PERCENT: Final = 5
GRADE_OF_ANSWER: Final = {"good": "good", "poor": "fair", "none": "poor"}


@dataclass(frozen=True, slots=True)
class Network:
    """What was measured: questions sent and lost, and the round trips of the others in ms (None when all were lost)."""

    sent: int
    lost: int
    median_ms: int | None
    worst_ms: int | None
    jitter_ms: int | None
    transport: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a client sends of one test, checked; `at_ms` is when it was made, by the client."""

    network: Network | None
    picture: str | None
    sound: str | None
    mic: str | None
    note: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The grade of a line; which parts nobody has tried; and what to do, a sentence for each part that is not good."""

    grade: str
    untested: tuple[str, ...]
    advice: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"grade": self.grade, "untested": list(self.untested), "advice": list(self.advice)}


@dataclass(frozen=True, slots=True)
class LineTest:
    """A stored test: made at `at_ms`, never after it arrived at `received_at_ms`; `source` is who tells of it."""

    line_test_id: str
    endpoint_code: str
    at_ms: int
    received_at_ms: int
    source: str
    actor: str
    network: Network | None
    picture: str | None
    sound: str | None
    mic: str | None
    note: str

    @property
    def verdict(self) -> Verdict:
        return judge(self.network, {"picture": self.picture, "sound": self.sound, "mic": self.mic})

    def as_json(self) -> dict[str, Any]:
        """The test with its verdict, as the API tells it."""
        network = self.network
        return {
            "line_test_id": self.line_test_id,
            "endpoint_code": self.endpoint_code,
            "at_ms": self.at_ms,
            "received_at_ms": self.received_at_ms,
            "source": self.source,
            "actor": self.actor,
            "sent": network.sent if network else None,
            "lost": network.lost if network else None,
            "rtt_median_ms": network.median_ms if network else None,
            "rtt_worst_ms": network.worst_ms if network else None,
            "jitter_ms": network.jitter_ms if network else None,
            "transport": network.transport if network else None,
            "picture": self.picture,
            "sound": self.sound,
            "mic": self.mic,
            "note": self.note,
            "verdict": self.verdict.as_json(),
        }


# ---- measuring


def measure(round_trips_ms: Sequence[int | None], transport: str) -> Network:
    """The figures of a series of round trips, in the order in which they were sent; None stands for a lost one.

    The jitter is the mean difference between one answered question and the next. Halves are rounded up, here as in the
    page's script (static/js/lib/line_test.js).
    """
    answered = [took for took in round_trips_ms if took is not None]
    lost = len(round_trips_ms) - len(answered)
    if not answered:
        return Network(len(round_trips_ms), lost, None, None, None, transport)
    in_order = sorted(answered)
    middle = len(in_order) // 2
    median_ms = in_order[middle] if len(in_order) % 2 else (in_order[middle - 1] + in_order[middle] + 1) // 2
    steps = [abs(after - before) for before, after in zip(answered, answered[1:], strict=False)]
    jitter_ms = (2 * sum(steps) + len(steps)) // (2 * len(steps)) if steps else 0
    return Network(len(round_trips_ms), lost, median_ms, in_order[-1], jitter_ms, transport)


# ---- judging


def judge(network: Network | None, reported: Mapping[str, str | None]) -> Verdict:
    """The verdict on what is known; `reported` has `picture`, `sound` and `mic`, None where nobody said anything."""
    grades: dict[str, str] = {}
    advice: list[str] = []
    if network is not None:
        grades["network"] = network_grade(network)
        advice += network_advice(network)
    for part in REPORTED:
        answer = reported[part]
        if answer is not None:
            grades[part] = GRADE_OF_ANSWER[answer]
            advice += [ADVICE[part, answer]] if answer != "good" else []
    grade = max(grades.values(), key=GRADES.index, default="good")
    return Verdict(grade, tuple(part for part in PARTS if part not in grades), tuple(advice))


def network_grade(network: Network) -> str:
    """good, fair or poor by the figures alone."""
    if network.median_ms is None or network.worst_ms is None or network.jitter_ms is None:
        return "poor"
    if network.lost * 100 > LOST_FAIR_PERCENT * network.sent:
        return "poor"
    grade = max(_grade(network.median_ms, MEDIAN_MOST_MS), _grade(network.jitter_ms, JITTER_MOST_MS), key=GRADES.index)
    uneven = network.lost > 0 or network.worst_ms > WORST_GOOD_MS
    return "fair" if uneven and grade == "good" else grade


def _grade(value: int, most: tuple[int, int]) -> str:
    good, fair = most
    return "good" if value <= good else "fair" if value <= fair else "poor"


_REMEDY: Final = "Xin cắm dây mạng thay cho sóng không dây, tắt các máy khác đang tải dữ liệu, rồi thử lại."
ADVICE: Final = {
    ("picture", "poor"): "Hình bị giật: xin cắm dây mạng, đóng các chương trình khác trên máy họp, rồi thử lại.",
    ("picture", "none"): "Không có hình: xin kiểm tra dây và nguồn của camera, chọn đúng camera trong phần mềm họp.",
    ("sound", "poor"): "Tiếng nhỏ hoặc rè: xin tăng âm lượng, kiểm tra dây loa, để micro xa loa.",
    ("sound", "none"): "Không nghe thấy: xin kiểm tra nguồn và dây loa, bỏ tắt tiếng, chọn đúng loa trong máy.",
    ("mic", "poor"): "Micro nhỏ hoặc rè: xin nói gần micro hơn, để micro xa loa, thay pin hoặc dây micro.",
    ("mic", "none"): "Micro không có tiếng: xin bật công tắc micro, kiểm tra dây, chọn đúng micro trong phần mềm họp.",
}


def network_advice(network: Network) -> list[str]:
    """What to do about the network, the worst of its faults only, and what to know of the way it takes."""
    said: list[str] = []
    if network.median_ms is None or network.jitter_ms is None or network.worst_ms is None:
        said.append(f"Mạng không thông: mất cả {network.sent} lượt hỏi. {_REMEDY}")
    elif network.lost:
        said.append(f"Mạng chập chờn: mất {network.lost} trên {network.sent} lượt hỏi. {_REMEDY}")
    elif network.median_ms > MEDIAN_MOST_MS[0]:
        said.append(f"Mạng chậm: mỗi lượt hỏi đáp mất khoảng {network.median_ms} mili giây. {_REMEDY}")
    elif network.jitter_ms > JITTER_MOST_MS[0] or network.worst_ms > WORST_GOOD_MS:
        said.append(f"Mạng không đều: lượt lâu nhất mất {network.worst_ms} mili giây. {_REMEDY}")
    if network.transport == "polling":
        said.append(
            "Mạng ở đây chặn kết nối trực tiếp (WebSocket); trang dùng cách truyền dự phòng, chậm hơn một chút."
        )
    return said


# What was found hours ago, perhaps on another day, says nothing of now.
TOGETHER_MS: Final = 6 * 3_600_000


def standing(tests: Iterable[LineTest]) -> LineTest | None:
    """What a room's tests add up to: its last test, with the last word on each part that this one leaves out.

    A technician who asks about the sound does not take back what the room has measured before. `tests` come with the
    last one first; words of more than `TOGETHER_MS` before it count no more. None of no tests.
    """
    whole: LineTest | None = None
    for test in tests:
        if whole is None:
            whole = test
        elif whole.at_ms - test.at_ms <= TOGETHER_MS:
            whole = replace(
                whole,
                network=whole.network or test.network,
                picture=whole.picture or test.picture,
                sound=whole.sound or test.sound,
                mic=whole.mic or test.mic,
            )
    return whole


# ---- reading what a client sends


def parse_line_test(body: Mapping[str, Any], now_ms: int) -> Said:
    """A checked test. `body` may have `round_trips_ms` with `transport`, `picture`, `sound`, `mic`, `note`; it has
    `happened_at_ms`.

    Raises InvalidInput: nothing was tried, an answer that is none, a round trip that is none, an instant in the future.
    """
    network = _network(body.get("round_trips_ms"), body.get("transport"))
    answers = {part: _answer(body.get(part), part) for part in REPORTED}
    given = body.get("note")
    note = "" if given is None else clean_text(given, "note", longest=NOTE_LONGEST)
    at_ms = body.get("happened_at_ms")
    if isinstance(at_ms, bool) or not isinstance(at_ms, int) or at_ms < 0:
        raise InvalidInput("“happened_at_ms” phải là số nguyên không âm.", field="happened_at_ms")
    if at_ms > now_ms + AHEAD_MOST_MS:
        sentence = "Giờ thử ở sau giờ máy chủ. Xin kiểm tra đồng hồ của máy."
        raise InvalidInput(sentence, field="happened_at_ms", server_now_ms=now_ms)
    if network is None and not any(answers.values()):
        raise InvalidInput("Xin thử ít nhất một bước: mạng, hình, tiếng hoặc micro.", field="picture")
    return Said(network=network, note=note, at_ms=at_ms, **answers)


def _answer(value: object, part: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in ANSWERS:
        raise InvalidInput("Kết quả của bước này chưa đúng. Xin chọn lại.", field=part, allowed=list(ANSWERS))
    return value


def _network(round_trips_ms: object, transport: object) -> Network | None:
    if round_trips_ms is None:
        if transport is not None:
            raise InvalidInput("“transport” chỉ đi cùng “round_trips_ms”.", field="transport")
        return None
    if not isinstance(round_trips_ms, list) or not 1 <= len(round_trips_ms) <= PROBES_MOST:
        raise InvalidInput(f"“round_trips_ms” phải có từ 1 đến {PROBES_MOST} số.", field="round_trips_ms")
    for took in round_trips_ms:
        if took is not None and (isinstance(took, bool) or not isinstance(took, int) or not 0 <= took <= WAIT_MS):
            sentence = f"“round_trips_ms” chỉ có số nguyên từ 0 đến {WAIT_MS}, hoặc null cho lượt bị mất."
            raise InvalidInput(sentence, field="round_trips_ms")
    if transport not in TRANSPORTS:
        raise InvalidInput("“transport” phải là websocket hoặc polling.", field="transport", allowed=list(TRANSPORTS))
    return measure(round_trips_ms, str(transport))
