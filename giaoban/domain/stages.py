"""The life of a conference: a draft is published, the first start makes it live, somebody closes it.

Stored is only what people decide, the stage: draft, ready or closed. Live is a ready one in which something has begun;
to take back the first start takes back that too.
"""

from typing import Final

STAGES: Final = ("draft", "ready", "closed")
STATUSES: Final = ("draft", "ready", "live", "closed")
PUBLISHED: Final = "conference_published"
CLOSED: Final = "conference_closed"
REOPENED: Final = "conference_reopened"

_ONCE_PUBLISHED: Final = frozenset({"start", "next"})
_IS_CLOSED: Final = "Hội nghị đã kết thúc và khóa."
_NO_MORE: Final = "Không ghi nhận thêm."
_IS_DRAFT: Final = "Hội nghị còn là bản nháp. Xin công bố trước."


def status(stage: str, begun: bool) -> str:
    """draft, ready, live or closed; `begun` tells whether any item has."""
    return "live" if stage == "ready" and begun else stage


def command_refusal(stage: str, name: str) -> str | None:
    """Why no command of that name is taken at that stage, as a sentence; None when it may be legal.

    A draft takes everything that prepares it, a closed conference nothing.
    """
    if stage == "closed":
        return f"{_IS_CLOSED} Xin mở lại ở trang Quản trị nếu cần sửa."
    return _IS_DRAFT if stage == "draft" and name in _ONCE_PUBLISHED else None


def check_in_refusal(stage: str) -> str | None:
    """Why nobody checks in at that stage, as a sentence; None when they may."""
    return {"closed": f"{_IS_CLOSED} Không nhận điểm danh nữa.", "draft": _IS_DRAFT}.get(stage)


def readiness_refusal(stage: str) -> str | None:
    """Why no room says at that stage whether it is ready, as a sentence; None when it may."""
    return {"closed": f"{_IS_CLOSED} {_NO_MORE}", "draft": _IS_DRAFT}.get(stage)


def annul_refusal(stage: str) -> str | None:
    """Why no check-in is annulled at that stage, as a sentence; None when it may be."""
    return f"{_IS_CLOSED} Không hủy bản ghi điểm danh nữa." if stage == "closed" else None


def count_refusal(stage: str) -> str | None:
    """Why the roll call is not counted at that stage, as a sentence; None when it may be."""
    return {"closed": f"{_IS_CLOSED} Không chốt điểm danh nữa.", "draft": _IS_DRAFT}.get(stage)


def fact_refusal(stage: str) -> str | None:
    """Why nothing more is noted at that stage, neither that a message was read nor a line test nor a ticket, as a
    sentence; None when it may be: drafts are prepared too."""
    return f"{_IS_CLOSED} {_NO_MORE}" if stage == "closed" else None


def publish_refusal(stage: str) -> str | None:
    """Why the conference cannot be published, as a sentence; None when it can."""
    return None if stage == "draft" else "Hội nghị đã được công bố."


def close_refusal(stage: str, on_air: bool) -> str | None:
    """Why the conference cannot be closed, as a sentence; None when it can. `on_air`: an item is on just now."""
    if stage != "ready":
        return _IS_DRAFT if stage == "draft" else "Hội nghị đã kết thúc và khóa từ trước."
    return "Đang có một mục diễn ra. Xin kết thúc mục đó trước." if on_air else None


def reopen_refusal(stage: str) -> str | None:
    """Why the conference cannot be opened again, as a sentence; None when it can."""
    return None if stage == "closed" else "Hội nghị chưa kết thúc, không cần mở lại."
