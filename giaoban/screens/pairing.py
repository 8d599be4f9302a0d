"""How a screen gets a name: it shows a code, the staff type it. Public; with scripts it goes on by itself."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.domain.errors import TooManyRequests
from giaoban.domain.projectors import shown_code
from giaoban.screens.blueprint import bp
from giaoban.web import projectors as browser
from giaoban.web.current import current_conference, services
from giaoban.web.limits import count_pairing

ASKED = "cho"  # the page was led here after it had asked for a code


@bp.get("/man-chieu/ghep")
def pairing() -> str:
    """The code on the screen; before there is one, the button that asks for it."""
    return _page(problem="")


@bp.post("/man-chieu/ghep")
def ask_for_code() -> Response | tuple[str, int, dict[str, str]]:
    """A new code for this browser, which is from now on known by a token that it keeps."""
    count_pairing(request.remote_addr or "unknown")
    kept = browser.token()
    if kept is None or not services().projectors.is_token(kept):
        kept = services().projectors.new_token()
    try:
        services().projectors.ask(kept, request.remote_addr or "unknown")
    except TooManyRequests as error:
        said = "Có quá nhiều màn chiếu đang chờ ghép. Xin đợi một phút rồi lấy lại mã."
        return _page(problem=said), 429, {"Retry-After": str(error.details["retry_after_s"])}
    return browser.keep(redirect(url_for("screens.pairing", **{**_here(), ASKED: 1}), 303), kept)


@bp.get("/man-chieu/ghep/cho")
def pairing_state() -> dict[str, str]:
    """What has become of the code, for the page that shows it: `{"state": "waiting"}` with the `code` that is good
    (another tab of the browser may have asked for one since), `over`, or `paired` with where to go `to`. Asked every
    few seconds by the few screens that wait."""
    kept = browser.token()
    paired = services().projectors.paired(kept)
    if paired is not None:
        here: dict[str, Any] = {} if paired.is_current else {"hoi-nghi": paired.slug}
        return {"state": "paired", "to": url_for("screens.projector", **here)}
    waiting = services().projectors.waiting(kept)
    return {"state": "over"} if waiting is None else {"state": "waiting", "code": shown_code(waiting[0])}


def _here() -> dict[str, Any]:
    slug = request.args.get("hoi-nghi")
    return {"hoi-nghi": slug} if slug else {}


def _page(problem: str) -> str:
    conference = current_conference()
    waiting = services().projectors.waiting(browser.token())
    return render_template(
        "screens/pairing.html",
        conference=conference,
        projector=browser.here(conference),
        now_ms=services().clock.now_ms(),
        code=shown_code(waiting[0]) if waiting else "",
        until_at_ms=waiting[1] if waiting else None,
        lost_cookie=ASKED in request.args and browser.token() is None,
        problem=problem,
        here=_here(),
    )
