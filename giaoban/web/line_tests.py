"""Line tests in words, for every page; and the form by which people say how picture, sound and microphone were."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from giaoban.domain.errors import IdReused, InvalidInput
from giaoban.domain.line_tests import PROBES, REPORTED, SPACING_MS, WAIT_MS
from giaoban.services.identity import Identity
from giaoban.web.current import services

NOT_TESTED: Final = "Chưa thử"
GRADE_WORDS: Final = {"good": "Tốt", "fair": "Tạm được", "poor": "Kém"}
PART_WORDS: Final = {"network": "mạng", "picture": "hình", "sound": "tiếng", "mic": "micro"}
ANSWER_WORDS: Final[dict[str, dict[str, str]]] = {
    "picture": {"good": "Tốt", "poor": "Giật", "none": "Không có"},
    "sound": {"good": "Nghe rõ", "poor": "Nhỏ, rè", "none": "Không có"},
    "mic": {"good": "Tốt", "poor": "Nhỏ, rè", "none": "Không có"},
}
TRANSPORT_WORDS: Final = {"websocket": "kết nối trực tiếp", "polling": "cách truyền dự phòng"}
PROBING: Final = {"probes": PROBES, "spacing_ms": SPACING_MS, "wait_ms": WAIT_MS}  # for the page's script


def network_words(test: Mapping[str, Any]) -> str:
    """What was measured as one phrase; "" when nothing was."""
    if test["sent"] is None:
        return ""
    lost = f"mất {test['lost']}/{test['sent']} lượt"
    way = TRANSPORT_WORDS[test["transport"]]
    if test["rtt_median_ms"] is None:
        return f"{lost}, {way}"
    figures = f"{test['rtt_median_ms']} mili giây, lâu nhất {test['rtt_worst_ms']}, dao động {test['jitter_ms']}"
    return f"{figures}, {lost}, {way}"


def reported_words(test: Mapping[str, Any]) -> str:
    """What people said of picture, sound and microphone as one phrase; "" when nothing."""
    said = [(PART_WORDS[part], ANSWER_WORDS[part], test[part]) for part in REPORTED if test[part]]
    return "; ".join(f"{part} {words[answer].lower()}" for part, words, answer in said)


def untested_words(test: Mapping[str, Any]) -> str:
    """The parts that nobody has tried: "hình, micro"; "" when all were."""
    return ", ".join(PART_WORDS[part] for part in test["verdict"]["untested"])


WORDS: Final[dict[str, Any]] = {
    "not_tested": NOT_TESTED,
    "grade_words": GRADE_WORDS,
    "answer_words": ANSWER_WORDS,
    "part_words": PART_WORDS,
    "network_words": network_words,
    "reported_words": reported_words,
    "untested_words": untested_words,
}


def record_form(slug: str, code: str, form: Mapping[str, str], who: Identity) -> None:
    """Store what the form says of that room. The form has no clock that could be trusted: it is of now.

    A form sent twice counts once; one that was changed after going back in the browser is a test of its own.
    Raises what `LineTests.record` does.
    """
    body: dict[str, Any] = {part: form.get(part) or None for part in REPORTED}
    body |= {"note": form.get("note") or None, "happened_at_ms": services().clock.now_ms()}
    try:
        form_id = uuid.UUID(form.get("form_id", ""))
    except ValueError:
        raise InvalidInput("Phiếu này thiếu mã. Xin tải lại trang rồi gửi lại.", field="form_id") from None
    said = ":".join(str(body[part]) for part in (*REPORTED, "note"))
    with suppress(IdReused):  # the same words from the same form: only the instant differs
        services().line_tests.record(slug, code, str(uuid.uuid5(form_id, f"{code}:{said}")), body, who)
