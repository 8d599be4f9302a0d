"""How giaoban speaks to its database: durable SQLite, and write transactions that never meet.

SQLite takes its write lock when a transaction begins, not in its middle, so that nothing read in it can be stale; a
lock in the process keeps writers waiting where they can wait without blocking everybody else. Its commit waits for the
disk in a thread of its own, so that meanwhile gevent serves everybody else.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import gevent
from gevent import monkey
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from giaoban import figures
from giaoban.extensions import db

BUSY_MS: Final = 5_000
RETRY_MS: Final = 5

_writer = threading.RLock()


def set_up_sqlite(engine: Engine) -> None:
    """WAL, every commit on disk before it is acknowledged, and BEGIN under our control."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would begin late and without IMMEDIATE
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("giaoban_write", False)
        if writing:
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    @event.listens_for(engine, "commit")
    def on_commit(connection: Connection) -> None:
        if connection.get_execution_options().get("giaoban_write", False) and monkey.is_module_patched("threading"):
            _commit_in_a_thread(connection)


def _commit_in_a_thread(connection: Connection) -> None:
    """What SQLAlchemy commits after this has been committed. Raises OperationalError as it would."""
    driver: Any = connection.connection.dbapi_connection
    try:
        gevent.get_hub().threadpool.apply(driver.commit)
    except sqlite3.OperationalError as error:
        raise OperationalError("COMMIT", None, error) from error


def _begin_writing(connection: Connection) -> None:
    """Take the write lock. While another process holds it, wait here and not inside SQLite, which would stop every
    other request of this process too. Raises OperationalError after `BUSY_MS`."""
    give_up_at = time.monotonic() + BUSY_MS / 1000
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > give_up_at:
                    raise
            time.sleep(RETRY_MS / 1000)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: commits at the end, rolls back whole on any exception.

    Ends what was being read before, so that everything in it is read anew, under the lock.
    """
    db.session.commit()
    db.session.expire_all()
    with _writer:
        try:
            db.session.connection(execution_options={"giaoban_write": True})
            yield
            with figures.COMMIT_SECONDS.time():
                db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
