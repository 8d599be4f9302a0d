"""How giaoban speaks to its database: durable SQLite, and write transactions that never meet.

SQLite takes its write lock when a transaction begins, not in its middle, so that nothing read in it can be stale; a
lock in the process keeps writers waiting where they can wait without blocking everybody else.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from giaoban.extensions import db

_writer = threading.RLock()


def set_up_sqlite(engine: Engine) -> None:
    """WAL, every commit on disk before it is acknowledged, and BEGIN under our control."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin late and without IMMEDIATE
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("giaoban_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: commits at the end, rolls back whole on any exception.

    Ends what was being read before, so that everything in it is read anew, under the lock.
    """
    db.session.commit()
    with _writer:
        try:
            db.session.connection(execution_options={"giaoban_write": True})
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
