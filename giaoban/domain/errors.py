"""Everything that giaoban refuses, as one tree of exceptions. `str(error)` is the Vietnamese sentence for the user."""

from collections.abc import Mapping
from typing import Any


class GiaobanError(Exception):
    """Base of all refusals. `code` is stable and for programs, `message` for people, `details` holds the facts."""

    code = "error"
    default_message = "Có lỗi xảy ra."

    def __init__(self, message: str = "", /, **details: Any) -> None:
        self.message = message or self.default_message
        self.details: dict[str, Any] = details
        super().__init__(self.message)

    def with_details(self, details: Mapping[str, Any]) -> "GiaobanError":
        """The same error with more facts, for callers that know more than the place that raised it."""
        self.details.update(details)
        return self


class NotFound(GiaobanError):
    """There is nothing of that name."""

    code = "not_found"
    default_message = "Không tìm thấy nội dung yêu cầu."


class InvalidInput(GiaobanError):
    """The request can never be right, whatever the state: wrong type, unknown key, out of range."""

    code = "invalid_input"
    default_message = "Dữ liệu gửi lên chưa đúng."


class WrongCode(InvalidInput):
    """No screen that waits for a name shows that code (any more)."""

    code = "wrong_code"

    def __init__(self) -> None:
        super().__init__("Mã ghép không đúng hoặc đã hết hạn. Xin xem lại mã trên màn chiếu.", field="code")


class InvalidTransition(GiaobanError):
    """The command is well formed but not legal in the present state."""

    code = "invalid_transition"
    default_message = "Lệnh không thực hiện được lúc này."


class StaleVersion(GiaobanError):
    """The sender looked at an older running order than the present one."""

    code = "stale_version"
    default_message = "Chương trình vừa thay đổi ở nơi khác. Lệnh chưa được thực hiện."


class ControlHeld(GiaobanError):
    """Somebody else holds control, and this is a running command."""

    code = "control_held"
    default_message = "Người khác đang giữ quyền điều hành."


class IdReused(GiaobanError):
    """A client's id came again with another body (`command_id_reused`, `check_in_id_reused` and so on)."""

    def __init__(self, code: str, /, **details: Any) -> None:
        self.code = code
        super().__init__("Mã này đã dùng cho một lần gửi khác. Xin tạo mã mới.", **details)


class NotSignedIn(GiaobanError):
    """No credentials, or ones that are not valid (any more)."""

    code = "unauthorized"
    default_message = "Xin đăng nhập để tiếp tục."


class NotAllowed(GiaobanError):
    """Signed in, but the role does not permit this."""

    code = "forbidden"
    default_message = "Tài khoản này không có quyền thực hiện."


class TooManyAttempts(GiaobanError):
    """Too many wrong passwords or codes from one address; `retry_after_s` says how long to wait, in seconds."""

    code = "too_many_attempts"

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(
            f"Nhập sai quá nhiều lần. Xin đợi {retry_after_s} giây rồi thử lại.", retry_after_s=retry_after_s
        )


class TooManyRequests(GiaobanError):
    """Somebody goes on faster than anybody needs to; `retry_after_s` says how long to wait, in seconds."""

    code = "too_many_requests"

    def __init__(self, retry_after_s: int = 1) -> None:
        super().__init__("Gửi quá nhiều lần. Xin đợi rồi thử lại.", retry_after_s=retry_after_s)


class InvalidRoster(GiaobanError):
    """A roster file was refused whole; `problems` names each bad line."""

    code = "invalid_roster"

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("Danh sách điểm cầu có lỗi, chưa lưu gì:\n" + "\n".join(problems), problems=problems)


class InvalidLog(GiaobanError):
    """A log, exported or stored, is not what was written: changed, cut, or not to be followed."""

    code = "invalid_log"
    default_message = "Nhật ký không còn nguyên vẹn."


class InvalidBackup(GiaobanError):
    """A file is no backup, or not whole, or of a form that this program does not know."""

    code = "invalid_backup"
    default_message = "Bản sao lưu không dùng được."


class NotEmpty(GiaobanError):
    """What would be overwritten is in use, and nobody said that it may be."""

    code = "not_empty"
    default_message = "Cơ sở dữ liệu đang có dữ liệu."
