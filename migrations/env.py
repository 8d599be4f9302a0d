"""How Alembic reaches the database: through the application that Flask-Migrate runs it in."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from giaoban.extensions import db

config = context.config


def migrate_offline() -> None:
    """Print the SQL instead of running it."""
    context.configure(
        url=db.engine.url.render_as_string(hide_password=False),
        target_metadata=db.metadata,
        literal_binds=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate_online() -> None:
    """Run the migrations, each in a transaction of its own."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection, _without_cascades(connection):
        context.configure(connection=connection, target_metadata=db.metadata, transaction_per_migration=True, **options)
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _without_cascades(connection: Connection) -> Iterator[None]:
    """Batch mode makes SQLite's tables anew; the cascades would empty whatever points at them.

    The pragma does nothing within a transaction, and SQLAlchemy begins one before any statement: so past it.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
