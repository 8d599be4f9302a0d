"""Why time was given over the cap, or an item moved, and rewording that afterwards."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select

from giaoban.domain.caps import REWORDED, Leave, Leaves, has_reason
from giaoban.domain.commands import REASON_LONGEST
from giaoban.domain.errors import InvalidTransition, NotFound
from giaoban.domain.readiness import SWAP_REASON
from giaoban.domain.running_order import DEFAULT_OVER_CAP_REASON
from giaoban.domain.stages import command_refusal
from giaoban.domain.texts import clean_text
from giaoban.extensions import db
from giaoban.models import Conference, LogLine, log
from giaoban.models.conference import locked_conference
from giaoban.models.database import writing
from giaoban.models.log import SEQ_MOST
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock

USUAL: Final = {"add_time": DEFAULT_OVER_CAP_REASON, "move": SWAP_REASON}  # by the kind of the press


class Caps:
    """Reasons of presses. A rewording is a fact of its own; the first wording stays."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def leaves(self, conference: Conference, lines: Iterable[Mapping[str, Any]]) -> dict[int, Leave]:
        """The leave of each of those log lines that is a press with a reason, by `seq`."""
        presses = sorted((line for line in lines if has_reason(line)), key=lambda line: int(line["seq"]))
        if not presses:
            return {}
        later = db.session.scalars(
            select(LogLine)
            .where(LogLine.conference_id == conference.id, LogLine.kind == REWORDED, LogLine.seq > presses[0]["seq"])
            .order_by(LogLine.seq)
        )
        heard, seqs = Leaves(), {press["seq"] for press in presses}
        for line in (*presses, *(line.as_json() for line in later if line.data["seq"] in seqs)):
            heard.hear(line)
        return {seq: leave for seq in seqs if (leave := heard.of(seq)) is not None}

    def press(self, conference: Conference, seq: int) -> tuple[dict[str, Any], Leave]:
        """That line of the log, a press with a reason, and that reason. Raises NotFound when it is none."""
        line = select(LogLine).where(LogLine.conference_id == conference.id, LogLine.seq == min(seq, SEQ_MOST))
        found = db.session.scalar(line)
        leaves = {} if found is None else self.leaves(conference, [found.as_json()])
        if found is None or seq not in leaves:
            raise NotFound("Không có lần bấm này trong nhật ký.")
        return found.as_json(), leaves[seq]

    def reword(self, conference: Conference, seq: int, seen: str, text: str, identity: Identity) -> None:
        """Give the press in line `seq` another reason; an empty text is the usual one.

        `seen` is the wording that was on the sender's screen. The same wording again changes nothing. Raises
        NotAllowed, InvalidInput, NotFound, and InvalidTransition when the conference is closed, or (with `reason`, the
        present wording, in its details) when somebody else has reworded it.
        """
        identity.require("edit")
        typed = clean_text(text, "reason", longest=REASON_LONGEST)
        with writing():
            locked = locked_conference(conference.id)
            refused = command_refusal(locked.stage, REWORDED)
            if refused is not None:
                raise InvalidTransition(refused)
            line, leave = self.press(locked, seq)
            new = typed or USUAL[line["kind"]]
            if leave.text == new:
                return
            if leave.text != seen:
                raise InvalidTransition("Lý do này vừa được sửa ở nơi khác. Chưa lưu gì.", reason=leave.text)
            data = {"seq": seq, "old": leave.text, "new": new}
            log.append(locked, at_ms=self._clock.now_ms(), actor=identity.actor, kind=REWORDED, data=data)
