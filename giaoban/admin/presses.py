"""What a form of the running order asks for, and why a press did nothing: for every page with such buttons."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import request

from giaoban.admin import caps, control, wording
from giaoban.domain import counts, projectors
from giaoban.domain.errors import ControlHeld, IdReused, InvalidInput, InvalidTransition, StaleVersion
from giaoban.models import Conference
from giaoban.services.access import CODES_RENEWED
from giaoban.services.running_order import CommandRequest
from giaoban.web.current import services
from giaoban.web.filters import clock
from giaoban.web.projectors import line_words as projector_words
from giaoban.web.running_order import heading

# What the log's lines of these kinds say beside the commands, in a few words.
FACT_WORDS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    **dict.fromkeys(control.KINDS, control.line_words),
    **dict.fromkeys(counts.KINDS, wording.count_words),
    CODES_RENEWED: wording.renewal_words,
    projectors.RECORDED: projector_words,
}


def request_of(name: str, args: Mapping[str, Any]) -> CommandRequest:
    """The command that the form gives, under the id and on the version that the form holds."""
    form = request.form
    return CommandRequest(form.get("command_id", ""), whole(form.get("expected_version")), name, args)


def whole(text: str | None) -> int:
    """A whole number from a form; what is none becomes -1, which no version and no position is."""
    try:
        return int(text or "")
    except ValueError:
        return -1


_ARGS: Final = {
    "start": ("item_id",),
    "next": ("item_id",),
    "skip": ("item_id",),
    "unskip": ("item_id",),
    "remove": ("item_id",),
    "restore": ("item_id", "position"),
    "move": ("item_id", "position", "reason"),
    "add_time": ("delta_ms", "reason"),
    "set_scene": ("name",),
}
_NUMBERS: Final = ("position", "delta_ms")


def args_of(name: str) -> dict[str, Any]:
    """The command's arguments as its form sent them; the domain checks them."""
    form = caps.with_reason(request.form)
    return {
        key: whole(form[key]) if key in _NUMBERS else form[key]
        for key in _ARGS.get(name, ())
        if form.get(key) is not None
    }


def sentence(name: str, error: InvalidInput | IdReused) -> str:
    """What is wrong with what was sent, in words."""
    if name == "set_message" and error.details.get("field") == "text":
        return "Lời nhắn dài không quá 300 ký tự. Xin rút gọn rồi gửi lại."
    return error.message


def what_happened(conference: Conference, name: str, error: ControlHeld | StaleVersion | InvalidTransition) -> str:
    """Why the press did nothing: what somebody else did in the meantime, or the rule that forbids it now."""
    pressed = wording.COMMANDS[name]
    if isinstance(error, ControlHeld):
        return f"“{pressed}” chưa được thực hiện. {error.message} Xin quyền, hoặc tiếp quản nếu cần."
    if isinstance(error, InvalidTransition):
        return f"“{pressed}” chưa được thực hiện. {error.message}"
    seen = whole(request.form.get("expected_version"))
    view = services().running_order.view(conference)
    since = [line for line in log_lines(conference, view, 1) if line["version"] > seen]
    if not since:
        return f"“{pressed}” chưa được thực hiện. {error.message}"
    line = since[0]
    at, who = clock(line["at_ms"], conference.timezone), wording.actor_words(line["actor"])
    return f"“{pressed}” chưa được thực hiện, vì chương trình vừa đổi: {line['summary']}, lúc {at}, {who}."


def log_lines(conference: Conference, view: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
    """The last commands and facts of the kinds in `FACT_WORDS`, newest first, each with its `summary` in words."""
    headings = {item["id"]: heading(item) for item in (*view["items"], *services().running_order.bin(conference))}
    lines = caps.with_leaves(conference, services().running_order.recent_commands(conference, limit, FACT_WORDS))
    return [{**line, "summary": _summary(line, headings)} for line in lines]


def _summary(line: Mapping[str, Any], headings: Mapping[str, str]) -> str:
    fact = FACT_WORDS.get(line["kind"])
    return wording.log_words(line, headings) if fact is None else fact(line)
