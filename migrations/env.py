"""How Alembic reaches the database: through the application that Flask-Migrate runs it in."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

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
    """Run the migrations, on the connection that the caller brings along or on one to the program's own database."""
    given = config.attributes.get("connection")
    with nullcontext(given) if given is not None else db.engine.connect() as connection:
        _migrate(connection)


def _migrate(connection: Connection) -> None:
    """Run the migrations, each in a transaction of its own."""
    options = current_app.extensions["migrate"].configure_args
    with _without_cascades(connection):
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
