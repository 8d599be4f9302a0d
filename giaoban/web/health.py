"""Whether the process lives, and whether it can serve (contract §6)."""

import shutil
from functools import cache
from pathlib import Path
from typing import Any, Final

import gevent
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from giaoban.extensions import db, migrate

bp = Blueprint("health", __name__)

ANSWER_WITHIN_S: Final = 2  # for each thing that is asked; whoever asks here has only so much patience
SECRET_SHORTEST: Final = 32

NEEDED: Final = ("database", "migrations", "queue")  # without these nobody can be served
MISSING: Final = {
    "database": "Không kết nối được cơ sở dữ liệu. Xem máy chủ cơ sở dữ liệu có chạy không và GIAOBAN_DATABASE_URL có "
    "đúng không.",
    "migrations": "Cơ sở dữ liệu chưa ở phiên bản của chương trình. Chạy: .venv/bin/flask db upgrade",
    "queue": "Không kết nối được Redis. Xem Redis có chạy không và GIAOBAN_REDIS_URL có đúng không.",
    "static": "Thiếu các gói cho trình duyệt (static/vendor). Chạy script/server một lần để cài.",
    "disk": "Ổ đĩa sắp đầy. Dọn bớt dữ liệu trước khi hội nghị bắt đầu.",
    "secret": f"GIAOBAN_SECRET_KEY quá ngắn, dễ đoán. Dùng chuỗi ngẫu nhiên từ {SECRET_SHORTEST} ký tự trở lên.",
}
WELL: Final = frozenset({"ok", "none"})


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/healthz")
def process() -> dict[str, str]:
    """The process answers. Screens ask here whether the server is back."""
    return {"status": "ok"}


@bp.get("/readyz")
def ready() -> tuple[dict[str, Any], int]:
    """Whether this process can serve: `{status, checks, missing}`, 503 when it cannot.

    `status` is ok, attention (it serves, but somebody should look) or unavailable; `missing` tells people what to do,
    a sentence for each check that is not well. That there is no conference yet is no fault.
    """
    database = _database()
    checks = {
        "database": database,
        "migrations": _migrations() if database == "ok" else "unknown",
        "queue": _queue(),
        "static": _static(),
        "disk": _disk(),
        "secret": _secret(),
    }
    bad = [name for name, word in checks.items() if word not in WELL]
    missing = [MISSING[name] for name in bad if checks[name] != "unknown"]
    serves = not any(name in bad for name in NEEDED)
    status = "unavailable" if not serves else "attention" if bad else "ok"
    return {"status": status, "checks": checks, "missing": missing}, 200 if serves else 503


def _database() -> str:
    """Asked for no longer than `ANSWER_WITHIN_S`: one that hangs is as bad as one that is gone."""
    try:
        with gevent.Timeout(ANSWER_WITHIN_S):
            db.session.execute(db.text("SELECT 1"))
    except (SQLAlchemyError, gevent.Timeout):
        db.session.remove()
        return "failed"
    return "ok"


def _migrations() -> str:
    try:
        with gevent.Timeout(ANSWER_WITHIN_S):
            present = MigrationContext.configure(db.session.connection()).get_current_revision()
    except (SQLAlchemyError, gevent.Timeout):
        db.session.remove()
        return "failed"
    return "ok" if present == _head() else "behind"


@cache
def _head() -> str | None:
    """The newest migration that this program has; its files do not change while it runs."""
    return ScriptDirectory.from_config(migrate.get_config()).get_current_head()


def _queue() -> str:
    url = current_app.config["REDIS_URL"]
    if not url:
        return "none"
    patience = {"socket_timeout": ANSWER_WITHIN_S, "socket_connect_timeout": ANSWER_WITHIN_S}
    try:
        with Redis.from_url(url, retry=Retry(NoBackoff(), 0), **patience) as queue:
            queue.ping()
    except RedisError:
        return "failed"
    return "ok"


def _static() -> str:
    """Set-up fills the folder elsewhere and moves it, so that it is there whole or not at all."""
    return "ok" if (Path(str(current_app.static_folder)) / "vendor").is_dir() else "missing"


def _disk() -> str:
    """Of the disk that the database's file lies on; with a database server, of the one that the program writes to."""
    file = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).database if _is_a_file() else None
    folder = Path(current_app.instance_path, file or "").parent if file else Path(current_app.instance_path)
    try:
        free_mb = shutil.disk_usage(folder).free // 1_000_000
    except OSError:
        return "unknown"
    return "ok" if free_mb >= current_app.config["DISK_FREE_MB"] else "low"


def _is_a_file() -> bool:
    return str(current_app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")


def _secret() -> str:
    return "ok" if len(current_app.config["SECRET_KEY"]) >= SECRET_SHORTEST else "weak"
