"""The migrations make exactly the tables of the models, and take them away again."""

import json
import re
from collections.abc import Iterator

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import CheckConstraint, inspect, select

from giaoban.domain.chain import genesis, line_hash
from giaoban.extensions import db
from giaoban.models import Conference, LogLine
from tests.conftest import make_app
from tests.live_server import ROOT

MIGRATIONS = str(ROOT / "migrations")


@pytest.fixture
def new_app(empty_database: str) -> Iterator[Flask]:
    app = make_app(empty_database)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_up_down_and_up_again(new_app: Flask) -> None:
    flask_migrate.upgrade(MIGRATIONS)
    assert not compare_metadata(MigrationContext.configure(db.session.connection()), db.metadata)
    db.session.remove()
    flask_migrate.downgrade(MIGRATIONS, "base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    flask_migrate.upgrade(MIGRATIONS)


@pytest.mark.sqlite
def test_tables_that_were_made_anew_kept_their_rules(new_app: Flask) -> None:
    flask_migrate.upgrade(MIGRATIONS)
    for table in db.metadata.tables.values():
        sql = db.session.scalar(db.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table.name})
        checks = {str(rule.name) for rule in table.constraints if isinstance(rule, CheckConstraint)}
        assert set(re.findall(r"CONSTRAINT (\w+) CHECK", sql)) == checks
        assert ("AUTOINCREMENT" in sql) == (table.name == "conferences")


@pytest.mark.sqlite
def test_a_log_from_before_the_chain_is_chained(new_app: Flask) -> None:
    flask_migrate.upgrade(MIGRATIONS, "0003")
    _add_conference(1, "cu", lines=2500)
    _add_conference(7, "moi", lines=1)
    db.session.execute(db.text("DELETE FROM conferences WHERE id = 7"))
    _add_conference(3, "trong", lines=0)
    db.session.commit()

    flask_migrate.upgrade(MIGRATIONS)

    for conference in db.session.scalars(select(Conference)):
        head = genesis(conference.slug)
        lines = list(db.session.scalars(select(LogLine).filter_by(conference_id=conference.id).order_by(LogLine.seq)))
        assert len(lines) == conference.last_seq
        for line in lines:
            head = line_hash(head, line.as_json())
            assert line.hash == head
        assert conference.last_hash == head
    assert db.session.scalar(db.text("SELECT seq FROM sqlite_sequence WHERE name = 'conferences'")) == 7
    db.session.remove()
    flask_migrate.downgrade(MIGRATIONS, "0003")
    assert db.session.scalar(db.text("SELECT count(*) FROM log_lines")) == 2500
    assert db.session.scalar(db.text("SELECT seq FROM sqlite_sequence WHERE name = 'conferences'")) == 7


def _add_conference(conference_id: int, slug: str, *, lines: int) -> None:
    """Rows as they were before the log had a chain."""
    db.session.execute(
        db.text(
            "INSERT INTO conferences (id, slug, title, is_current, starts_at_ms, timezone, hotline, maket,"
            " paper_cap_ms, created_at_ms, version, last_seq, next_item_number, chosen_scene)"
            " VALUES (:id, :slug, 'Hội nghị', false, 0, 'Asia/Ho_Chi_Minh', '', '{}', 600000, 0, 0, :lines, 1, 'auto')"
        ),
        {"id": conference_id, "slug": slug, "lines": lines},
    )
    for seq in range(1, lines + 1):
        db.session.execute(
            db.text(
                "INSERT INTO log_lines (conference_id, seq, at_ms, actor, kind, data)"
                " VALUES (:id, :seq, :at, 'admin:lan', 'hotline_set', :data)"
            ),
            {"id": conference_id, "seq": seq, "at": 1_637_886_600_000 + seq, "data": json.dumps({"z": seq, "a": "Ơ"})},
        )


@pytest.mark.sqlite
def test_sqlite_keeps_what_it_acknowledged(new_app: Flask) -> None:
    flask_migrate.upgrade(MIGRATIONS)  # after which the same connection serves
    names = ("journal_mode", "synchronous", "foreign_keys")
    pragmas = {name: db.session.scalar(db.text(f"PRAGMA {name}")) for name in names}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
