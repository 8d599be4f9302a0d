"""Which revision the tables are at, and bringing them to another."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection

from giaoban.extensions import migrate


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables that are there; None when there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision that this program works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "there is a first migration"
    return head


def is_known(revision: str) -> bool:
    """Whether this program can bring tables of that revision to its own."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def upgrade(connection: Connection | None = None, to: str = "head") -> None:
    """Bring the program's own database, or the one at the end of that connection, to a revision."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _config() -> Config:
    """The migrations beside the program, whatever folder the command was given in."""
    config: Config = migrate.get_config(str(Path(current_app.root_path).parent / "migrations"))
    return config
