"""The console's words for commands, scenes and the log (design system, "Wording")."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from giaoban.admin.caps import reason_of
from giaoban.domain.counts import SHOWN
from giaoban.domain.times import length_words
from giaoban.services.identity import actor_words as actor_words

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
    "replace_pending": "Nhập chương trình",
    "restore": "Lấy lại mục",
    "set_lengths": "Đổi thời lượng",
    "compress": "Dồn lịch",
    "undo": "Hoàn tác",
    "set_scene": "Đổi màn chiếu",
    "set_message": "Gửi lời nhắn",
    "set_plan": "Đổi giờ bắt đầu, mức tối đa",
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

LOG_LONGEST: Final = 60  # characters of a title or a message in a line of the log


def log_words(line: Mapping[str, Any], headings: Mapping[str, str]) -> str:
    """What a log line of a command says, in a few words; `headings` names the items that are still there by id."""
    events = line["data"]["events"]
    about: Mapping[str, Any] = next((event for event in reversed(events) if "item_id" in event), {})
    fields = about.get("fields", {})
    item = _cut(headings.get(about.get("item_id", ""), fields.get("title", "một mục")))
    first = events[0] if events else {}
    match line["kind"]:
        case "next":
            return f"Chuyển sang {item}{_absorbed(events)}"
        case "add_time":
            verb = "Thêm" if first["delta_ms"] > 0 else "Bớt"
            said = reason_of(line)
            return f"{verb} {length_words(abs(first['delta_ms']))}: {item}" + (f" ({said})" if said else "")
        case "move":
            said = reason_of(line)
            return f"{COMMANDS['move']}: {item}" + (f" ({said})" if said else "")
        case "set_lengths":
            return _lengths_words(first["lengths"], headings)
        case "compress":
            return f"{COMMANDS['compress']}: đổi thời lượng {len(first['lengths'])} mục"
        case "undo":
            return f"Hoàn tác “{COMMANDS[first['undone']]}”"
        case "replace_pending":
            return f"{COMMANDS['replace_pending']}: còn lại {len(first['items'])} mục"
        case "set_scene":
            return f"Màn chiếu: {SCENE_WORDS[first['scene']]}"
        case "set_message":
            return _message_words(first)
        case "set_plan":
            return COMMANDS["set_plan"]
        case "pause" | "resume" | "start" | "finish" | "skip" | "unskip":
            return f"{COMMANDS[line['kind']]} {item}{_absorbed(events)}"
    return f"{COMMANDS[line['kind']]}: {item}"


def _absorbed(events: Sequence[Mapping[str, Any]]) -> str:
    """What a break that started late was shortened by with the same press."""
    added_ms = next((event["delta_ms"] for event in events if event["type"] == "time_added"), 0)
    return f" (rút ngắn {length_words(-added_ms)})" if added_ms else ""


def _lengths_words(lengths: Mapping[str, int], headings: Mapping[str, str]) -> str:
    to = {length_words(length_ms) for length_ms in lengths.values()}
    what = _cut(headings.get(next(iter(lengths)), "một mục")) if len(lengths) == 1 else f"{len(lengths)} mục"
    return f"Đổi thời lượng {what}" + (f" thành {to.pop()}" if len(to) == 1 else "")


def count_words(line: Mapping[str, Any]) -> str:
    """What a log line of a frozen count, or of one that the hall is to see, says."""
    data = line["data"]
    if line["kind"] == SHOWN:
        number = data["number"]
        return "Màn chiếu: điểm danh hiện tại" if number is None else f"Màn chiếu: điểm danh chốt lần {number}"
    count, figures = data["count"], data["count"]["totals"]
    return f"Chốt điểm danh lần {count['number']}: có mặt {figures['present']}/{figures['expected']}"


def renewal_words(line: Mapping[str, Any]) -> str:
    """What a log line of renewed join codes says."""
    return f"Đổi mã truy cập của {len(line['data']['codes'])} điểm cầu"


def _cut(text: str) -> str:
    return text if len(text) <= LOG_LONGEST else text[: LOG_LONGEST - 1].rstrip() + "…"


def _message_words(event: Mapping[str, Any]) -> str:
    if not event["text"]:
        return "Gỡ lời nhắn"
    whom = {"all": "Nhắn tất cả", "speaker": "Nhắn người phát biểu"}.get(event["to"], f"Nhắn điểm cầu {event['to']}")
    return f"{whom} “{_cut(event['text'])}”"
