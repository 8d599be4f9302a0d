"""The browser of a projector by the token that it keeps, and projectors in words."""

from collections.abc import Mapping
from typing import Any, Final

from flask import current_app, request
from werkzeug.wrappers import Response

from giaoban.domain.errors import WrongCode
from giaoban.models import Conference, ProjectorRow
from giaoban.services.identity import Identity
from giaoban.web.attempts import guess
from giaoban.web.current import services

KEPT_S: Final = 400 * 24 * 3600  # as long as browsers keep anything

SCENE_WORDS: Final = {
    "maket": "Ma két",
    "speaker": "Phát biểu",
    "roll_call": "Điểm danh",
    "agenda": "Chương trình",
    "break": "Giải lao",
    "message": "Lời nhắn",
    "black": "Màn đen",
}
STATE_ICONS: Final = {
    "on": "tick",
    "behind": "auto",
    "late": "clock",
    "hidden": "warning",
    "away": "lost",
    "never": "lost",
}


def token() -> str | None:
    """What the browser that asks is known by; None when it is not known yet."""
    return request.cookies.get(current_app.config["PROJECTOR_COOKIE_NAME"])


def keep(response: Response, kept: str) -> Response:
    """Have the browser keep the token, out of the reach of scripts."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    name = current_app.config["PROJECTOR_COOKIE_NAME"]
    response.set_cookie(name, kept, max_age=KEPT_S, httponly=True, secure=secure, samesite="Lax", path="/")
    return response


def here(conference: Conference) -> ProjectorRow | None:
    """The projector that the browser which asks is in that conference."""
    return services().projectors.of_token(conference.id, token())


def pair(conference: Conference, code: object, name: object, who: Identity) -> str:
    """Give a name to the screen that shows that code; the projector's id. Raises TooManyAttempts, and as
    `services.projectors.Projectors.pair` does."""
    return guess(lambda: services().projectors.pair(conference.slug, code, name, who), who.key, WrongCode)


def state_words(row: Mapping[str, Any]) -> str:
    """How a projector is, as a page that stands still can say it: "chậm 5 giây"."""
    if row["state"] == "late":
        return f"chậm {row['late_ms'] // 1000} giây"
    return {
        "on": "khớp",
        "behind": "đang cập nhật",
        "hidden": "bị che",
        "away": "mất kết nối",
        "never": "mất kết nối",
    }[row["state"]]


def pinned_words(scene: str | None) -> str:
    return "Theo chương trình" if scene is None else SCENE_WORDS[scene]


def line_words(line: Mapping[str, Any]) -> str:
    """What a line of the log says of a projector, in a few words."""
    data = line["data"]
    name = f"“{data['name']}”"
    match data["action"]:
        case "pair":
            return f"Ghép màn chiếu {name}"
        case "rename":
            return f"Đổi tên màn chiếu thành {name}"
        case "pin":
            return f"Màn chiếu {name}: {pinned_words(data['scene'])}"
        case _:
            return f"Bỏ ghép màn chiếu {name}"
