"""The present command: the services, the conference it is about, and who asks."""

import getpass

from flask import current_app

from giaoban.models import Conference
from giaoban.services import Services
from giaoban.services.identity import Identity, cli_identity


def services() -> Services:
    found: Services = current_app.extensions["giaoban"]
    return found


def me() -> Identity:
    return cli_identity(getpass.getuser())


def conference(slug: str | None) -> Conference:
    """The conference of that slug; the current one when none was given. Raises NotFound."""
    conferences = services().conferences
    return conferences.current() if slug is None else conferences.find(slug)
