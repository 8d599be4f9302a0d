"""Flask's extensions as unbound objects; imports nothing of ours.

Socket.IO is not among them: each application has a server of its own, see `giaoban.realtime`.
"""

from typing import TYPE_CHECKING

from flask import Flask
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Tables with named constraints, so that migrations can speak of each."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True)
csrf = CSRFProtect()
login = LoginManager()
login.session_protection = None  # a phone's address changes with its mast
limiter = Limiter(get_remote_address, strategy="fixed-window")
htmx = Htmx()
compress = Compress()

if TYPE_CHECKING:
    Model = Base  # what mypy can see of the class that Flask-SQLAlchemy makes
else:
    Model = db.Model


def init_app(app: Flask) -> None:
    """Bind them all to the application."""
    for extension in (db, csrf, limiter, htmx, compress):
        extension.init_app(app)
    # It would look for limits that decorators declare before every request; there are none, web/attempts.py counts.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
    login.init_app(app, add_context_processor=False)  # it would ask the database even for the page of a dead one
    migrate.init_app(app, db)
