"""The log of the process: one line an event on the standard error output, as text or as JSON, and nothing secret in it.

What belongs to a request (its id, who acts, which command) is noted once, with `note`, and then stands in every line
that is written while the request is served. Imports the standard library alone: deploy/gunicorn.conf.py loads this file
before gevent has patched anything, when the application may not be imported yet.
"""

import itertools
import json
import logging
import re
import secrets
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, TextIO

FORMATS: Final = ("text", "json")
LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")

_facts: ContextVar[dict[str, Any] | None] = ContextVar("giaoban_log_facts", default=None)
_process: Final = secrets.token_hex(4)
_count: Final = itertools.count(1)
_SANE_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")

# ---- what belongs to the present request


def begin(request_id: str | None = None) -> dict[str, Any]:
    """Forget what was noted and begin anew, with the id that whoever asks has given if it is a sane one.

    Returns the facts, which the caller may add to.
    """
    if request_id is None or not _SANE_ID.fullmatch(request_id):
        request_id = f"{_process}.{next(_count):x}"
    facts: dict[str, Any] = {"request_id": request_id}
    _facts.set(facts)
    return facts


def note(**facts: Any) -> None:
    """Have these stand in every line that is still to come of this request. Never a code, a token or a phone."""
    noted = _facts.get()
    if noted is not None:
        noted.update(facts)


def noted() -> Mapping[str, Any]:
    """What belongs to the present request: `request_id`, `actor`, `conference`, `command_id`, `check_in_id`."""
    return _facts.get() or {}


# ---- what must not stand in a line

_LETTER: Final = "[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]"  # Crockford's base32, of which join codes are made
_JOIN_CODE: Final = rf"{_LETTER}{{4}}-?{_LETTER}{{4}}"
_HIDDEN: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), instead)
    for pattern, instead in (
        (r"(/vao/)(?!<code>)[^\s/?#\"'\\]+", r"\1…"),
        (r"\b(bearer|basic)\s+[^\s\"',;]+", r"\1 …"),
        (
            r"\b((?:[a-z_]*(?:password|token|secret(?!ar))[a-z_]*|authorization|cookie|giaoban)\\?[\"']?\s*[=:]\s*\\?[\"']?)"
            r"[^\s\"'\\,;&}]+",
            r"\1…",
        ),
        (rf"\b((?:join_)?code\\?[\"']?\s*[=:]\s*\\?[\"']?){_JOIN_CODE}(?![\w-])", r"\1…"),
        # The page of the sign-in is called like a code and is none.
        (rf"(?<![\w-])(?!dang-nhap(?![\w-])){_LETTER}{{4}}-{_LETTER}{{4}}(?![\w-])", "…"),
        (r"(?<![\w.-])[\w-]{16,}\.(?:[\w-]{6}\.)?[\w-]{16,}(?![\w.-])", "…"),  # signed by itsdangerous
        (r"(://[^\s:/@]*):[^\s/@]+@", r"\1:…@"),
        (r"\[parameters: .*?\](?=\s*(?:\n|$))", "[parameters: …]"),
        (r"(?<![\w.+-])(?:\+84|0)(?:[ .-]?\d){9,10}(?![\w.-])", "…"),  # a telephone
    )
)


def redact(text: str) -> str:
    """The text without join codes, tokens, cookies, passwords, telephone numbers and values bound to a statement."""
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text


def _shown(value: Any) -> Any:
    return redact(value) if isinstance(value, str) else value


# ---- lines


class _Formatter(logging.Formatter):
    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """What was noted of the request, then what the line itself brings as `extra={"facts": {…}}`."""
        both = {**noted(), **getattr(record, "facts", {})}
        return {name: _shown(value) for name, value in both.items() if value is not None}

    def formatException(self, info: Any) -> str:
        return redact("".join(traceback.format_exception(*info)).rstrip("\n"))


class JsonFormatter(_Formatter):
    """One JSON object a line: time (UTC, to the millisecond), level, logger, message, facts, exception."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
            **self.facts(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(_Formatter):
    """One readable line: local time, level, logger, message, facts as name=value; an exception on lines below it."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).isoformat(" ", "milliseconds")
        facts = "".join(f" {name}={value}" for name, value in self.facts(record).items())
        said = (redact(record.getMessage()) + facts).replace("\r", "\\r").replace("\n", "\\n")  # nobody else's lines
        line = f"{at} {record.levelname} {record.name}: {said}"
        if record.exc_info and record.exc_info[0] is not None:
            line += "\n" + self.formatException(record.exc_info)
        return line


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever `sys.stderr` is at the moment."""

    def __init__(self, formatter: logging.Formatter) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(formatter)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def handler(format_name: str) -> StandardError:
    """A handler that writes `text` or `json` lines."""
    return StandardError(JsonFormatter() if format_name == "json" else TextFormatter())


def set_up(level: str, format_name: str) -> None:
    """Have the whole process log in that format: ours from `level` on, the libraries from WARNING on."""
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, StandardError)]:
        root.removeHandler(old)
    root.addHandler(handler(format_name))
    logging.getLogger("giaoban").setLevel(level)
    for name in ("engineio.server", "socketio.server"):  # without a level they bring a handler of their own
        logging.getLogger(name).setLevel(logging.ERROR)


def take_over_gunicorn() -> None:
    """In a worker: what gunicorn has to say takes the way of everything else."""
    errors = logging.getLogger("gunicorn.error")
    errors.handlers.clear()
    errors.propagate = True


def uncaught(context: Any, kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """In place of gevent's own traceback over many lines: what ended a task that nobody waits for."""
    logging.getLogger("giaoban").error("a background task failed: %r", context, exc_info=(kind, error, trace))
