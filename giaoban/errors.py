"""The one table from errors to HTTP statuses, rendered as JSON under /api, as a fragment for htmx, else as a page."""

import logging
from typing import Any, Final

from flask import Flask, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import NoMoreData, ParseException
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from giaoban import figures
from giaoban.domain.errors import (
    ControlHeld,
    GiaobanError,
    IdReused,
    InvalidInput,
    InvalidRoster,
    InvalidTransition,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StaleVersion,
    TooManyAttempts,
    TooManyRequests,
    WrongCode,
)
from giaoban.extensions import db
from giaoban.models.database import is_away
from giaoban.web.current import to_sign_in

logger = logging.getLogger(__name__)

STATUS: Final[dict[type[GiaobanError], int]] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    InvalidTransition: 409,
    StaleVersion: 409,
    ControlHeld: 409,
    InvalidInput: 422,
    InvalidRoster: 422,
    WrongCode: 422,
    IdReused: 422,
    TooManyAttempts: 429,
    TooManyRequests: 429,
}

_HTTP: Final[dict[int, tuple[str, str]]] = {
    400: ("bad_request", "Yêu cầu gửi lên không đọc được."),
    401: ("unauthorized", "Xin đăng nhập để tiếp tục."),
    403: ("forbidden", "Tài khoản này không có quyền thực hiện."),
    404: ("not_found", "Không tìm thấy nội dung yêu cầu."),
    405: ("method_not_allowed", "Địa chỉ này không nhận cách gửi đó."),
    406: ("not_acceptable", "Máy chủ không có dạng trả lời được yêu cầu."),
    408: ("timeout", "Gửi quá lâu. Xin gửi lại."),
    413: ("too_large", "Nội dung gửi lên quá lớn."),
    415: ("unsupported_media_type", "Nội dung phải là JSON (Content-Type: application/json)."),
    422: ("invalid_input", "Dữ liệu gửi lên chưa đúng."),
    429: ("too_many_requests", "Gửi quá nhiều lần. Xin đợi rồi thử lại."),
    500: ("internal_error", "Máy chủ gặp lỗi. Xin thử lại."),
    503: ("unavailable", "Cơ sở dữ liệu tạm thời không dùng được. Xin bấm lại sau ít giây."),
}


def register(app: Flask) -> None:
    """Hang the handlers into the application, after every extension that brings its own."""
    app.register_error_handler(GiaobanError, handle_giaoban)
    app.register_error_handler(CSRFError, handle_csrf)
    app.register_error_handler(HTTPException, handle_http)
    app.register_error_handler(SQLAlchemyError, handle_database)
    for unreadable in (
        ParseException,
        NoMoreData,
    ):  # gunicorn reads a body, and finds it wrong, when a view asks for it
        app.register_error_handler(unreadable, handle_unreadable)
    app.register_error_handler(Exception, handle_unexpected)


def handle_giaoban(error: GiaobanError) -> Response:
    if isinstance(error, NotAllowed):
        facts = {"method": request.method, "route": request.url_rule and request.url_rule.rule}
        logger.info("not allowed", extra={"facts": facts})
    return render(STATUS.get(type(error), 500), error.code, error.message, error.details)


def handle_csrf(_error: CSRFError) -> Response:
    message = "Trang đã mở quá lâu hoặc thiếu mã bảo vệ. Xin tải lại trang rồi gửi lại."
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        message += " Nếu vẫn không được, xin cho phép trình duyệt lưu cookie của trang này."
    return render(400, "csrf", message, {})


def handle_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # a redirect travels as an exception too
        return Response(error.get_response().response, status, error.get_response().headers)
    code, message = _HTTP.get(status, _HTTP[400] if status < 500 else _HTTP[500])
    details: dict[str, Any] = {}
    data = getattr(error, "data", None)  # webargs hangs the schema's messages here
    if isinstance(data, dict) and "messages" in data:
        details = {"fields": data["messages"]}
    response = render(status, code, message, details)
    if status == 405 and isinstance(getattr(error, "valid_methods", None), list | tuple | set):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def handle_unreadable(_error: Exception) -> Response:
    """The body ended too early, or its chunks are none. gunicorn then takes no further request on that connection."""
    return render(400, *_HTTP[400], {})


def handle_database(error: SQLAlchemyError) -> Response:
    if not is_away(error):
        return handle_unexpected(error)
    # Without the statement's parameters, and without a traceback for each press while the database is away.
    logger.error("the database failed: %s", getattr(error, "orig", None) or type(error).__name__)
    db.session.rollback()
    response = render(503, *_HTTP[503], {})
    response.headers["Retry-After"] = "2"
    return response


def handle_unexpected(error: Exception) -> Response:
    logger.error("unexpected error at %s %s", request.method, request.url_rule or "no route", exc_info=error)
    return render(500, *_HTTP[500], {})


def render(status: int, code: str, message: str, details: dict[str, Any]) -> Response:
    """The error in the form that whoever asked can use."""
    figures.REFUSED(code).inc()
    if request.path == "/api" or request.path.startswith("/api/"):
        response = make_response({"error": {"code": code, "message": message, "details": details}}, status)
    elif status == 401 and not request.headers.get("HX-Request"):
        return to_sign_in()
    else:
        page = "errors/_error.html" if request.headers.get("HX-Request") else "errors/error.html"
        text = render_template(page, status=status, code=code, message=message, details=details)
        response = make_response(text, status)
        response.headers["Vary"] = "HX-Request"
    if "retry_after_s" in details:
        response.headers["Retry-After"] = str(details["retry_after_s"])
    return response
