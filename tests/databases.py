"""Databases for tests, of either kind: a URL each, copied within a moment from one that was made with care."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from deploy.services import PostgreSQL
from giaoban.models import database


@contextmanager
def postgresql_server(*, durable: bool = False) -> Iterator[PostgreSQL]:
    """One that runs within, in a folder that PostgreSQL's own user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="giaoban-postgresql-"))
    server = PostgreSQL(folder, durable=durable)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@contextmanager
def patience_with_postgresql() -> Iterator[None]:
    """Applications that are made within wait for it as long as a busy machine needs."""
    with pytest.MonkeyPatch.context() as patch:
        for name, long in {"CONNECT_S": 60, "PATIENCE_S": 70.0, "STATEMENT_MS": 60_000, "LOCK_MS": 60_000}.items():
            patch.setattr(database, name, long)
        yield


class Databases(Protocol):
    """Where tests get their databases from. A database is its URL."""

    def empty(self) -> str:
        """A new one without any table."""
        ...

    def copy(self, template: str) -> str:
        """A new one that holds what `template` holds; nobody may be connected to that one."""
        ...

    def drop(self, database: str) -> None:
        """It is not needed any more."""
        ...


class SqliteFiles:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = count(1)

    def empty(self) -> str:
        return f"sqlite:///{self._folder / f'{next(self._number)}.sqlite3'}"

    def copy(self, template: str) -> str:
        database = self.empty()
        shutil.copy(sqlite_path(template), sqlite_path(database))
        return database

    def drop(self, database: str) -> None:
        for end in ("", "-wal", "-shm"):
            sqlite_path(database + end).unlink(missing_ok=True)


def sqlite_path(database: str) -> Path:
    return Path(database.removeprefix("sqlite:///"))


class PostgresqlDatabases:
    """Databases on one server."""

    def __init__(self, server: PostgreSQL) -> None:
        self.server = server
        self._number = count(1)

    def empty(self) -> str:
        return self._make("template1")

    def copy(self, template: str) -> str:
        return self._make(database_name(template))

    def drop(self, database: str) -> None:
        self.server.run_sql(f'DROP DATABASE "{database_name(database)}" WITH (FORCE)')

    def _make(self, template: str) -> str:
        name = f"test_{next(self._number)}"
        self.server.run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.server.url(name)


def database_url(database: str | Path) -> str:
    """The URL of a file of SQLite's; a URL stays what it is."""
    return f"sqlite:///{database}" if isinstance(database, Path) else database


def database_name(database: str) -> str:
    return database.rpartition("/")[2]
