"""Whether the process lives, and whether it can serve (contract §6)."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from giaoban.extensions import db, migrate

bp = Blueprint("health", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/healthz")
def process() -> dict[str, str]:
    """The process answers. Screens ask here whether the server is back."""
    return {"status": "ok"}


@bp.get("/readyz")
def ready() -> tuple[dict[str, object], int]:
    """Whether the database answers, its migrations are at head, and the message queue answers; else 503."""
    checks = {"database": _database(), "migrations": _migrations(), "queue": _queue()}
    well = all(word in ("ok", "none") for word in checks.values())
    return {"status": "ok" if well else "unavailable", "checks": checks}, 200 if well else 503


def _database() -> str:
    try:
        db.session.execute(db.text("SELECT 1"))
    except SQLAlchemyError:
        return "failed"
    return "ok"


def _migrations() -> str:
    try:
        present = MigrationContext.configure(db.session.connection()).get_current_revision()
        with current_app.app_context():
            head = ScriptDirectory.from_config(migrate.get_config()).get_current_head()
    except SQLAlchemyError:
        return "failed"
    return "ok" if present == head else "behind"


def _queue() -> str:
    url = current_app.config["REDIS_URL"]
    if not url:
        return "none"
    try:
        Redis.from_url(url, socket_timeout=2).ping()
    except RedisError:
        return "failed"
    return "ok"
