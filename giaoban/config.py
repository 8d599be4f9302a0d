"""Every setting of giaoban: its name in the environment, default, unit and meaning; docs/configuration.md has them too.

Nothing here is read at import: `load` is called once, by the factory.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from giaoban import logs
from giaoban.files import whole_file

PREFIX: Final = "GIAOBAN_"


def _yes(value: str) -> bool:
    if value.strip().lower() in ("1", "true", "yes", "on"):
        return True
    if value.strip().lower() in ("0", "false", "no", "off", ""):
        return False
    raise ValueError(f"expected 0 or 1, got {value!r}")


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        for word in words:
            if value.strip().lower() == word.lower():
                return word
        raise ValueError(f"expected one of {', '.join(words)}, got {value!r}")

    return parse


@dataclass(frozen=True, slots=True)
class Setting:
    """`name` without the prefix; `default` already parsed; `parse` turns the environment's text into a value."""

    name: str
    default: Any
    parse: Callable[[str], Any]
    meaning: str


SETTINGS: Final = (
    Setting("DATABASE_URL", None, str, "sqlite:///… or postgresql://…; a file under instance/ when absent"),
    Setting("REDIS_URL", None, str, "message queue and rate limits of several processes; in memory when absent"),
    Setting("SECRET_KEY", None, str, "signs sessions, tokens and join codes; made under instance/ when absent"),
    Setting("DIRECT_FAN_OUT", True, _yes, "write to all screens directly; else by the library's own, slower way"),
    Setting("DEMO", True, _yes, "whether script/server seeds the demo conference into an empty database"),
    Setting("PUBLIC_URL", "", str, "address at which people reach the server, for links; http://HOST:PORT when absent"),
    Setting("TRUSTED_PROXIES", 0, int, "number of reverse proxies in front whose X-Forwarded-* headers are believed"),
    Setting("SECURE_COOKIES", None, _yes, "session cookie over HTTPS only; by default when PUBLIC_URL is https://"),
    Setting("SESSION_HOURS", 16, int, "hours until a sign-in or a token ends"),
    Setting("CONTROL_FREED_S", 30, int, "seconds of silence after which a console holds no control and edits no item"),
    Setting("WRONG_ATTEMPTS", 10, int, "wrong passwords or codes per address in 5 minutes before 429"),
    Setting("WRONG_ATTEMPT_DELAY_MS", 50, int, "delay after the first wrong attempt, doubled with each, at most 1 s"),
    Setting("PAPER_FLOOR_MINUTES", 5, int, "minutes that squeezing the order to end on time leaves a paper at least"),
    Setting("DOCUMENT_MB", 20, int, "megabytes that a document added to a conference may have at most"),
    Setting("DISK_FREE_MB", 500, int, "megabytes free on the disk below which /readyz warns"),
    Setting(
        "MAKET_FOLDER", None, str, "where ZIPs of all makets are made and kept; a folder under instance/ if absent"
    ),
    Setting(
        "WRITES_PER_S", 50, int, "writes a second of one room, five times that at once; 40 times as many for staff"
    ),
    Setting("SOCKET_EVENTS_PER_S", 20, int, "the same for questions on one live connection; ten times over, it is cut"),
    Setting("SCREENS_PER_ADDRESS", 12000, int, "live connections of one address at this process before 429"),
    Setting("LOG_LEVEL", "INFO", _one_of(*logs.LEVELS), "DEBUG, INFO, WARNING or ERROR"),
    Setting("LOG_FORMAT", "text", _one_of(*logs.FORMATS), "text for people, json for whoever collects logs"),
    Setting("LOG_REQUESTS", "changes", _one_of("changes", "all", "none"), "which requests get a line of their own"),
    Setting("SLOW_REQUEST_MS", 1000, int, "milliseconds from which on a request is logged as slow"),
)


def load(instance_path: str, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Flask's configuration: defaults, then the environment, then `overrides` (from tests).

    Makes and keeps a secret under `instance_path` when none is given. Raises ValueError naming a setting that is
    unknown or does not parse.
    """
    instance = Path(instance_path)
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = os.environ.get(PREFIX + setting.name)
        if text is None or (text == "" and setting.default is None):
            values[setting.name] = setting.default
            continue
        try:
            values[setting.name] = setting.parse(text)
        except ValueError as error:
            raise ValueError(f"{PREFIX}{setting.name}: {error}") from error
    unknown = set(overrides or {}) - {setting.name for setting in SETTINGS}
    if unknown:
        raise ValueError("unknown settings: " + ", ".join(sorted(unknown)))
    values.update(overrides or {})
    if values["SECRET_KEY"] is None:
        values["SECRET_KEY"] = kept_secret(instance / "secret_key")
    if not values["PUBLIC_URL"]:
        values["PUBLIC_URL"] = f"http://{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
    if values["SECURE_COOKIES"] is None:
        values["SECURE_COOKIES"] = values["PUBLIC_URL"].lower().startswith("https://")
    values["MAKET_FOLDER"] = values["MAKET_FOLDER"] or str(instance / "ma-ket")
    url = values["DATABASE_URL"] or f"sqlite:///{instance / 'giaoban.sqlite3'}"
    return {
        **values,
        "SQLALCHEMY_DATABASE_URI": _with_driver(url),
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(url),
        # With that prefix browsers take it from this very host over HTTPS alone, never from a neighbour in the domain.
        "SESSION_COOKIE_NAME": "__Host-giaoban" if values["SECURE_COOKIES"] else "giaoban",
        "PROJECTOR_COOKIE_NAME": "__Host-giaoban-man-chieu" if values["SECURE_COOKIES"] else "giaoban-man-chieu",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": values["SECURE_COOKIES"],
        "PERMANENT_SESSION_LIFETIME": values["SESSION_HOURS"] * 3600,
        "SESSION_REFRESH_EACH_REQUEST": False,  # a cache between must find nobody's session in a static file's answer
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        "RATELIMIT_STORAGE_URI": f"shared+{values['REDIS_URL']}" if values["REDIS_URL"] else "memory://",
        "RATELIMIT_HEADERS_ENABLED": False,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_ALGORITHM_STREAMING": ["br", "gzip"],  # static files; over plain HTTP browsers do not offer br
        "COMPRESS_BR_LEVEL": 5,  # a district's page 7 % smaller than by 4, for half a millisecond
        "COMPRESS_MIN_SIZE": 500,
    }


def kept_secret(path: Path) -> str:
    """The secret kept in that file, readable by its owner alone; made on first use, whoever comes first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = path.read_text("utf-8").strip() if path.exists() else ""
    if kept:
        return kept
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # whoever comes second takes what the first has made
        secret = file.read().strip()
        if not secret:  # new, or whoever made it was ended before it wrote: an empty key would sign for anybody
            secret = secrets.token_urlsafe(48)
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
    return secret


def adopt_secret(path: Path, secret: str) -> None:
    """Keep another secret in that file from the next start on; one that was there is put aside beside it.

    At no moment is there none: a server that starts then would make one that no printed code fits.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        with whole_file(path.with_name(path.name + ".truoc-khoi-phuc"), replace=True) as aside:
            aside.write(path.read_bytes())
    with whole_file(path, replace=True) as file:
        file.write(secret.encode() + b"\n")


def _with_driver(url: str) -> str:
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _engine_options(url: str) -> dict[str, Any]:
    # what a statement was given (people's words, hashes of passwords) has no business in a log
    options: dict[str, Any] = {"pool_size": 20, "max_overflow": 40, "hide_parameters": True}
    if url.startswith("postgres"):
        # two processes and the command line stay below PostgreSQL's own limit of 100
        options |= {"pool_pre_ping": True, "max_overflow": 20, "pool_timeout": 8}
        # A database of no encoding (see `set_up_postgresql`) cannot read what is escaped.
        options["json_serializer"] = json.JSONEncoder(ensure_ascii=False).encode
    return options
