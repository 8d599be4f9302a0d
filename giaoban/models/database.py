"""How giaoban speaks to its database: durable SQLite, patient but not endlessly patient PostgreSQL, and write
transactions that never meet.

SQLite takes its write lock when a transaction begins, not in its middle, so that nothing read in it can be stale; a
lock in the process keeps writers waiting where they can wait without blocking everybody else. Its commit waits for the
disk in a thread of its own, so that meanwhile gevent serves everybody else.
"""

import ipaddress
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import JSON, Connection, Engine, Table, bindparam, event, insert, text
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from giaoban import figures
from giaoban.extensions import db
from giaoban.threads import while_others_go_on

BUSY_MS: Final = 5_000
RETRY_MS: Final = 5

CONNECT_S: Final = 3  # libpq takes nothing below 2
PATIENCE_S: Final = 6.0
STATEMENT_MS: Final = 5_000  # PostgreSQL itself gives up earlier, so that the connection can be used again
LOCK_MS: Final = 4_000

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
        if connection.get_execution_options().get("giaoban_write", False):
            _commit_in_a_thread(connection)


def _commit_in_a_thread(connection: Connection) -> None:
    """What SQLAlchemy commits after this has been committed. Raises OperationalError as it would."""
    driver: Any = connection.connection.dbapi_connection
    try:
        while_others_go_on(driver.commit)
    except sqlite3.OperationalError as error:
        raise OperationalError("COMMIT", None, error) from error


def _begin_writing(connection: Connection) -> None:
    """Take the write lock. While another process holds it, wait here and not inside SQLite, which would stop every
    other request of this process too. Raises OperationalError after `BUSY_MS`."""
    give_up_at = time.monotonic() + BUSY_MS / 1000
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > give_up_at:
                    raise OperationalError("BEGIN IMMEDIATE", None, error) from error
            time.sleep(RETRY_MS / 1000)
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")


def set_up_postgresql(engine: Engine) -> None:
    """Connections that give up: a server that hangs, on a machine that lives, would hold every request for ever."""
    import psycopg

    class Patient(psycopg.Connection[Any]):
        """Waits for an answer for `PATIENCE_S` and is closed after that: nobody knows what it would have said.

        psycopg waits by `select`, which gevent has patched, so that others go on meanwhile.
        """

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            try:
                return super().wait(gen, interval, PATIENCE_S if timeout is None else timeout)
            except psycopg.errors._WaitTimeout:
                self.close()
                raise psycopg.OperationalError(f"PostgreSQL did not answer within {PATIENCE_S:g} s") from None

    @event.listens_for(engine, "do_connect")
    def on_connect(_dialect: Any, _record: Any, args: list[Any], params: dict[str, Any]) -> Any:
        limits = f"-c statement_timeout={STATEMENT_MS} -c lock_timeout={LOCK_MS}"
        # Where Debian was installed without a locale, a database is of no encoding: its texts would come as bytes.
        ours = {"connect_timeout": CONNECT_S, "options": limits, "client_encoding": "UTF8"}
        return Patient.connect(*args, **{**ours, **params, **_addresses(params.get("host"), params.get("port"))})

    def _addresses(host: str | None, port: Any) -> dict[str, str]:
        """libpq would look a name up by itself, and stop the whole process for as long as that takes."""
        if not host or host.startswith(("/", "@")) or "," in host or _is_address(host):
            return {}
        try:
            found = socket.getaddrinfo(host, port or 5432, type=socket.SOCK_STREAM)
        except OSError as error:
            raise psycopg.OperationalError(f"the database's machine {host} is not known: {error}") from None
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        return {"host": ",".join([host] * len(addresses)), "hostaddr": ",".join(addresses)}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_away(error: BaseException) -> bool:
    """Whether the database is at fault and not what it was asked: the same may work in a moment."""
    if isinstance(error, OperationalError | PoolTimeout | PendingRollbackError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def insert_all(table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, at once: to PostgreSQL in one statement, whose driver would send and
    await one for each."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    names = ", ".join(rows[0])
    statement = (
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table.name}, :rows)"
    )
    connection.execute(text(statement).bindparams(bindparam("rows", type_=JSON)), {"rows": rows})


@contextmanager
def writing() -> Iterator[None]:
    """One write transaction: commits at the end, rolls back whole on any exception.

    Ends what was being read before, so that everything in it is read anew, under the lock. Raises OperationalError
    when others have been writing for `BUSY_MS`.
    """
    db.session.commit()
    db.session.expire_all()
    if not _writer.acquire(timeout=BUSY_MS / 1000):
        raise OperationalError("BEGIN", None, TimeoutError("others were writing for too long"))
    try:
        db.session.connection(execution_options={"giaoban_write": True})
        yield
        with figures.COMMIT_SECONDS.time():
            db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writer.release()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection of its own on which everything is read as it is at one instant, whatever is written meanwhile.

    In SQLite the instant is that of the first read. Writes nothing.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection
