"""The console's words for commands and scenes, and for being late or early (design system, "Wording")."""

from collections.abc import Mapping
from typing import Any, Final

from giaoban.services.identity import STAFF_WORDS
from giaoban.web.filters import length_words, whole_minutes

COMMANDS: Final = {
    "start": "Bắt đầu",
    "next": "Tiếp theo",
    "finish": "Kết thúc",
    "pause": "Tạm dừng",
    "resume": "Tiếp tục",
    "add_time": "Thêm, bớt phút",
    "skip": "Bỏ qua",
    "unskip": "Khôi phục",
    "move": "Đổi thứ tự",
    "insert": "Thêm mục",
    "edit": "Sửa mục",
    "remove": "Xóa mục",
    "undo": "Hoàn tác",
    "set_scene": "Đổi màn chiếu",
    "set_message": "Gửi lời nhắn",
}

# (name on the wire, word, icon), in the order of the buttons
SCENES: Final = (
    ("maket", "Ma két", "flag"),
    ("speaker", "Phát biểu", "mic"),
    ("roll_call", "Điểm danh", "people"),
    ("agenda", "Chương trình", "agenda"),
    ("break", "Giải lao", "cup"),
    ("message", "Lời nhắn", "message"),
    ("black", "Màn đen", "black"),
)

SCENE_WORDS: Final = {name: word for name, word, _ in SCENES} | {"auto": "tự động"}

QUICK_MESSAGES: Final = ("Còn 2 phút", "Mời kết luận", "Nói gần micro")

LOG_LONGEST: Final = 60  # characters of a title or a message in a line of the log


def signed_minutes(duration_ms: int) -> str:
    """ "+12", "−3", or "" for less than half a minute."""
    minutes = whole_minutes(duration_ms)
    if minutes == 0:
        return ""
    return f"+{minutes}" if minutes > 0 else f"−{-minutes}"


def slip(offset_ms: int) -> str:
    """ "trễ 12 phút", "sớm 3 phút" or "đúng giờ"; `offset_ms` positive when late."""
    minutes = whole_minutes(offset_ms)
    if minutes == 0:
        return "đúng giờ"
    return f"trễ {minutes} phút" if minutes > 0 else f"sớm {-minutes} phút"


def log_words(line: Mapping[str, Any], headings: Mapping[str, str]) -> str:
    """What a log line of a command says, in a few words; `headings` names the items that are still there by id."""
    events = line["data"]["events"]
    about: Mapping[str, Any] = next((event for event in reversed(events) if "item_id" in event), {})
    fields = about.get("fields", {})
    item = _cut(headings.get(about.get("item_id", ""), fields.get("title", "một mục")))
    first = events[0] if events else {}
    match line["kind"]:
        case "next":
            return f"Chuyển sang {item}"
        case "add_time":
            verb = "Thêm" if first["delta_ms"] > 0 else "Bớt"
            reason = f" ({first['reason']})" if first["reason"] else ""
            return f"{verb} {length_words(abs(first['delta_ms']))}: {item}{reason}"
        case "undo":
            return f"Hoàn tác “{COMMANDS[first['undone']]}”"
        case "set_scene":
            return f"Màn chiếu: {SCENE_WORDS[first['scene']]}"
        case "set_message":
            return _message_words(first)
        case "pause" | "resume" | "start" | "finish" | "skip" | "unskip":
            return f"{COMMANDS[line['kind']]} {item}"
    return f"{COMMANDS[line['kind']]}: {item}"


def _cut(text: str) -> str:
    return text if len(text) <= LOG_LONGEST else text[: LOG_LONGEST - 1].rstrip() + "…"


def _message_words(event: Mapping[str, Any]) -> str:
    if not event["text"]:
        return "Gỡ lời nhắn"
    whom = {"all": "Nhắn tất cả", "speaker": "Nhắn người phát biểu"}.get(event["to"], f"Nhắn điểm cầu {event['to']}")
    return f"{whom} “{_cut(event['text'])}”"


def actor_words(actor: str) -> str:
    """ "lan (Điều hành)" for "mc:lan"."""
    role, _, name = actor.partition(":")
    return f"{name} ({STAFF_WORDS[role]})" if role in STAFF_WORDS else name
