"""Control of the conference as the working pages show it: who holds it, and whose buttons are locked."""

from collections.abc import Mapping
from typing import Any

from giaoban.domain.control import ASKED, GIVEN, KINDS, LOST, REFUSED, RELEASED, TAKEN, WITHDRAWN
from giaoban.domain.legality import Legal
from giaoban.models import Conference
from giaoban.services.identity import RUNNING, Identity
from giaoban.web.current import services

__all__ = ["KINDS", "legal", "line_words", "state"]


def state(conference: Conference, who: Identity) -> dict[str, Any]:
    """For `_control.html` and whatever it locks: `control` as the API tells it, `held` by whom, if by somebody else.

    `part` is what the console has to keep up: "holder", "asker" or "".
    """
    view = services().control.seen(conference, who)
    holder, asker = view["holder"], view["request"]
    part = "holder" if holder and holder["you"] else "asker" if asker and asker["you"] else ""
    return {"control": view, "held": holder if holder and not holder["you"] else None, "part": part}


def legal(conference: Conference, control: Mapping[str, Any]) -> Legal:
    """Which buttons may be pressed on a console with that `state`: while another holds control, none that runs."""
    buttons = services().running_order.legal(conference)
    return buttons.without(RUNNING) if control["held"] else buttons


def line_words(line: Mapping[str, Any]) -> str:
    """What a log line of one of `KINDS` says, in a few words."""
    data, who = line["data"], _name(line["actor"])
    reason = f" ({data['reason']})" if data.get("reason") else ""
    if line["kind"] == TAKEN and data["from"]:
        return f"{who} tiếp quản quyền điều hành từ {_name(data['from'])}{reason}"
    return {
        TAKEN: f"{who} nhận quyền điều hành",
        ASKED: f"{who} xin quyền điều hành{reason}",
        GIVEN: f"{who} chuyển quyền điều hành cho {_name(data.get('to', ''))}",
        REFUSED: f"{who} chưa chuyển quyền điều hành cho {_name(data.get('to', ''))}",
        RELEASED: f"{who} trả quyền điều hành",
        WITHDRAWN: f"{who} thôi xin quyền điều hành",
        LOST: f"{who} mất kết nối, không còn giữ quyền điều hành",
    }[line["kind"]]


def _name(actor: str) -> str:
    return actor.partition(":")[2]
