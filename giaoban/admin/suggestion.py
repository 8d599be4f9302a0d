"""What the console suggests against a delay: one sentence, before anything is pressed."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from giaoban.domain.compress import Line, Proposal
from giaoban.domain.errors import InvalidTransition
from giaoban.domain.offsets import rounded, whole_minutes
from giaoban.models import Conference
from giaoban.web.current import services
from giaoban.web.filters import clock
from giaoban.web.running_order import KIND_WORDS

GROUPS_SHOWN: Final = 3


def suggestion(conference: Conference, view: Mapping[str, Any]) -> dict[str, str] | None:
    """`{end, words}`: what would have to give for the planned end to be met; None while nothing is late or to come."""
    if whole_minutes(view["forecast"]["offset_ms"]) < 1:
        return None
    end_at_ms = view["forecast"]["planned_end_at_ms"]
    try:
        _, _, proposal = services().running_order.proposal(conference, end_at_ms)
    except InvalidTransition:
        return None
    kinds = {item["id"]: item["kind"] for item in view["items"]}
    return {"end": clock(end_at_ms, conference.timezone), "words": _words(proposal, kinds)}


def _words(proposal: Proposal, kinds: Mapping[str, str]) -> str:
    if proposal.short_by_ms:
        return f"không kịp, còn thiếu {rounded(proposal.short_by_ms)}; xin chọn giờ khác hoặc bỏ bớt mục"
    less = [line for line in proposal.lines if line.after_ms < line.before_ms]
    ranked = sorted(less, key=lambda line: list(KIND_WORDS).index(kinds[line.item_id]))
    groups = [(kind, list(lines)) for kind, lines in groupby(ranked, key=lambda line: kinds[line.item_id])]
    groups.sort(key=lambda group: -sum(line.before_ms - line.after_ms for line in group[1]))
    said = [_group(kind, lines) for kind, lines in groups[:GROUPS_SHOWN]]
    rest = sum(len(lines) for _, lines in groups[GROUPS_SHOWN:])
    return "nếu " + ", ".join(said) + (f" và {rest} mục khác ngắn hơn" if rest else "")


def _group(kind: str, lines: Sequence[Line]) -> str:
    """ "8 tham luận còn 8'", "Thảo luận còn 17'"."""
    shortest, longest = (whole_minutes(pick(line.after_ms for line in lines)) for pick in (min, max))
    to = f"{longest}'" if shortest == longest else f"{shortest}–{longest}'"
    return f"{KIND_WORDS[kind]} còn {to}" if len(lines) == 1 else f"{len(lines)} {KIND_WORDS[kind].lower()} còn {to}"
