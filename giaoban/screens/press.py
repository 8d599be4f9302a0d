"""The press page: public, of no person and no telephone. Thousands may look: it is made once for all of them.

The page stands by itself without scripts and is as of the last ten seconds. Its script asks for the news, which change
only when something has happened, and counts from the facts in them.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import current_app, render_template, request
from werkzeug.wrappers import Response

from giaoban.domain.errors import NotFound
from giaoban.domain.offsets import slip
from giaoban.domain.roll_call_sentence import number
from giaoban.domain.roster import LEVEL_WORDS
from giaoban.models import Conference
from giaoban.models.conference import level_counts, no_conference
from giaoban.models.press import Head, head_of, last_change_at_ms
from giaoban.screens.blueprint import bp
from giaoban.services.conferences import SLUG
from giaoban.web import running_order as wording
from giaoban.web.current import services
from giaoban.web.files import handed_on
from giaoban.web.kept_answers import Kept, KeptAnswers, answer, packed

AS_OF_MS: Final = 10_000  # the page tells the time of day in these steps
CHECK_INS_MS: Final = 1_000  # check-ins come a thousand a second, the page follows once
SKEW_STEP_MS: Final = 500
PAGE_KEPT: Final = "public, max-age=2, stale-while-revalidate=8"
NEWS_KEPT: Final = "public, max-age=1"
MATERIAL_KEPT: Final = "public, max-age=5, must-revalidate"
KEPT_IN: Final = "giaoban.press"  # among the application's extensions


@bp.get("/bao-chi")
def press() -> Response:
    """The whole page."""
    slug, head = _asked_for()
    as_of_ms = max(services().clock.now_ms() // AS_OF_MS * AS_OF_MS, last_change_at_ms(head))

    def make() -> Kept:
        news = _news(slug, head)
        view = _view(head, as_of_ms)
        text = render_template("screens/press.html", **view, news_tag=news.tag, skew_ms=_skew_ms(), named=bool(slug))
        return packed(text, (_stamp(head), as_of_ms), services().clock.now_ms(), view["until_ms"])

    kept = _kept().get(("page", slug), _holds((_stamp(head), as_of_ms)), make)
    return answer(kept, request, mimetype="text/html", cache_control=PAGE_KEPT)


@bp.get("/bao-chi/moi")
def press_news() -> Response:
    """The parts of the page that change, as of the last change."""
    slug, head = _asked_for()
    return answer(_news(slug, head), request, mimetype="text/html", cache_control=NEWS_KEPT)


@bp.get("/bao-chi/tai-lieu/<material_id>")
def press_material(material_id: str) -> Response:
    """A released document, to be saved. Caches ask soon whether it is still released."""
    return handed_on(services().materials.for_the_press(material_id), MATERIAL_KEPT)


def _asked_for() -> tuple[str | None, Head]:
    """The conference that `?hoi-nghi=` names, else the current one, as nobody sees it: whoever has signed in is shown
    the same. Raises NotFound."""
    slug = request.args.get("hoi-nghi") or None
    head = None if slug and not SLUG.fullmatch(slug) else head_of(slug)
    if head is None or head.stage == "draft":
        raise no_conference(slug) if slug else NotFound("Chưa có hội nghị nào.")
    return slug, head


def _news(slug: str | None, head: Head) -> Kept:
    def make() -> Kept:
        view = _view(head, last_change_at_ms(head))
        text = render_template("screens/_press.html", **view, skew_ms=_skew_ms())
        return packed(text, (_stamp(head), None), services().clock.now_ms(), view["until_ms"])

    return _kept().get(("news", slug), _holds((_stamp(head), None)), make)


Stamp = tuple[int, int, str, int]


def _stamp(head: Head) -> Stamp:
    return head.id, head.version, head.stage, head.last_seq


def _holds(stamp: tuple[Stamp, int | None]) -> Callable[[Kept], bool]:
    """Whether what is kept shows what is there: check-ins may be a second late."""
    now_ms = services().clock.now_ms()
    (*order, _), as_of_ms = stamp

    def holds(kept: Kept) -> bool:
        if kept.until_ms is not None and now_ms >= kept.until_ms:
            return False
        if kept.stamp == stamp:
            return True
        (*kept_order, _), kept_as_of_ms = kept.stamp
        recent = 0 <= now_ms - kept.made_at_ms < CHECK_INS_MS
        return (
            recent and kept_order == order and (as_of_ms is None or kept_as_of_ms // AS_OF_MS == as_of_ms // AS_OF_MS)
        )

    return holds


def _kept() -> KeptAnswers:
    kept: KeptAnswers = current_app.extensions.setdefault(KEPT_IN, KeptAnswers())
    return kept


def _skew_ms() -> int:
    """How far this server's clock is ahead of the machine's, by which caches date their answers."""
    ahead_ms = services().clock.now_ms() - time.time_ns() // 1_000_000
    return round(ahead_ms / SKEW_STEP_MS) * SKEW_STEP_MS


# ---- what is shown


def _view(head: Head, now_ms: int) -> dict[str, Any]:
    conference = services().conferences.find(head.slug)
    running_order = services().running_order
    view = running_order.view_at(conference, now_ms)
    live_item = running_order.load(conference).live
    items = view["items"]
    paper_ids = wording.papers(items)
    live = next((item for item in items if item["state"] in ("live", "paused")), None)
    coming = next((item for item in items if item["state"] == "pending"), None)
    materials, until_ms = services().materials.released(conference.id, services().clock.now_ms())
    return {
        "conference": conference,
        "materials": materials,
        "until_ms": until_ms,
        "facts": _facts(conference),
        "now_ms": now_ms,
        "phase": view["phase"],
        "forecast": view["forecast"],
        "live": live and _row(live, paper_ids, coming),
        "clock": wording.clock(live_item, now_ms),
        "coming": coming and _row(coming, paper_ids, coming),
        "rows": [_row(item, paper_ids, coming) for item in items],
        "roll_call": _roll_call(conference),
        "slip": slip(view["forecast"]["offset_ms"]) if items else "",
        "level_words": LEVEL_WORDS,
        "number": number,
        "order": wording.facts(view, conference.starts_at_ms),
    }


def _facts(conference: Conference) -> dict[str, Any]:
    """Who holds it, where, for how many rooms: as the maket and the roster say."""
    levels = {level: rooms for level, rooms in level_counts(conference.id).items() if level != "province"}
    return {
        "org": conference.maket.get("org", ""),
        "kind": conference.maket.get("kind", ""),
        "place": conference.maket.get("place", ""),
        "rooms": sum(levels.values()),
        "levels": levels,
    }


def _row(item: Mapping[str, Any], paper_ids: Sequence[str], coming: Mapping[str, Any] | None) -> dict[str, Any]:
    """A line of the programme: `state` now, done, skipped, next or later."""
    is_paper = item["kind"] == "paper" and item["speaker"]
    states = {"live": "now", "paused": "now", "done": "done", "skipped": "skipped"}
    return {
        "id": item["id"],
        "state": states.get(item["state"]) or ("next" if coming and item["id"] == coming["id"] else "later"),
        "label": wording.label(item, paper_ids),
        "heading": wording.heading(item),
        "topic": item["title"] if is_paper else "",
        "speaker": "" if is_paper else item["speaker"] or "",
        "planned_at_ms": item["planned_start_at_ms"],
        "planned_ms": item["planned_ms"],
        "started_at_ms": item["started_at_ms"],
        "ended_at_ms": item["ended_at_ms"],
        "expected_at_ms": wording.begun_second(item["expected_start_at_ms"]),
        "expected_end_at_ms": wording.begun_second(item["expected_end_at_ms"]),
    }


def _roll_call(conference: Conference) -> dict[str, Any]:
    """The figures that the hall is shown: those of the frozen count that was chosen for it, else of now."""
    count = services().counts.shown(conference)
    frozen = None if count is None else {"number": count["number"], "at_ms": count["at_ms"]}
    totals = services().roll_call.totals(conference.id) if count is None else count["totals"]
    return {"totals": totals, "frozen": frozen}
