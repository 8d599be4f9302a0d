"""The migrations make exactly the tables of the models, and take them away again."""

from pathlib import Path

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from giaoban.extensions import db
from tests.conftest import make_app
from tests.live_server import ROOT

MIGRATIONS = str(ROOT / "migrations")


def test_up_down_and_up_again(tmp_path: Path) -> None:
    app = make_app(tmp_path / "new.sqlite3")
    with app.app_context():
        flask_migrate.upgrade(MIGRATIONS)
        assert not compare_metadata(MigrationContext.configure(db.session.connection()), db.metadata)
        db.session.remove()
        flask_migrate.downgrade(MIGRATIONS, "base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
        flask_migrate.upgrade(MIGRATIONS)
        db.session.remove()
        db.engine.dispose()


def test_sqlite_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    app = make_app(tmp_path / "new.sqlite3")
    with app.app_context():
        names = ("journal_mode", "synchronous", "foreign_keys")
        pragmas = {name: db.session.scalar(db.text(f"PRAGMA {name}")) for name in names}
        db.session.remove()
        db.engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
