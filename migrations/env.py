"""How Alembic reaches the database: through the application that Flask-Migrate runs it in."""

from alembic import context
from flask import current_app
from sqlalchemy import text

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
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch mode makes tables anew; the cascades would empty whatever points at them.
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            connection.commit()
        context.configure(connection=connection, target_metadata=db.metadata, transaction_per_migration=True, **options)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    migrate_offline()
else:
    migrate_online()
