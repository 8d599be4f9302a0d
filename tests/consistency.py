"""What has to hold of a stored conference whatever happened to the server."""

from flask import Flask

from giaoban.extensions import db
from giaoban.models.running_order import replay, stored_order
from giaoban.services import Services
from giaoban.services.proof import prove


def assert_consistent(app: Flask, slug: str) -> None:
    """The rows say what the log says, and the log has no gap and proves itself."""
    services: Services = app.extensions["giaoban"]
    db.session.rollback()
    db.session.expire_all()
    conference = services.conferences.find(slug)
    folded = replay(conference)
    assert stored_order(conference, folded) == folded
    assert prove(conference).order == folded  # raises when the chain is broken, or attendance is not the log's
    log = services.running_order.log(conference, 0, limit=100_000)
    assert [line["seq"] for line in log] == list(range(1, len(log) + 1))
    versions = [line["version"] for line in log if line["version"] is not None]
    assert versions == list(range(1, conference.version + 1))
