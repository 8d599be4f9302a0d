"""Which conferences there are."""

from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.models import Conference
from giaoban.web.current import services

bp = ApiBlueprint("conferences", __name__, description="Conferences")


class ConferenceSchema(Schema):
    """One conference. `maket` holds the lines of its picture."""

    class Meta:
        title = "Conference"

    slug = fields.String(required=True)
    title = fields.String(required=True)
    current = fields.Boolean(required=True)
    starts_at_ms = fields.Integer(required=True)
    timezone = fields.String(required=True)
    paper_cap_ms = fields.Integer(required=True)
    version = fields.Integer(required=True)
    maket = fields.Dict(required=True)


def conference_json(conference: Conference) -> dict[str, Any]:
    return {
        "slug": conference.slug,
        "title": conference.title,
        "current": conference.is_current,
        "starts_at_ms": conference.starts_at_ms,
        "timezone": conference.timezone,
        "paper_cap_ms": conference.paper_cap_ms,
        "version": conference.version,
        "maket": conference.maket,
    }


@bp.get("/conferences")
@bp.open_to_all
@bp.response(200, ConferenceSchema(many=True))
@bp.fails(401)
def list_conferences() -> list[dict[str, Any]]:
    """All conferences."""
    return [conference_json(conference) for conference in services().conferences.list()]


@bp.get("/conferences/<slug>")
@bp.open_to_all
@bp.response(200, ConferenceSchema)
@bp.fails(401, 404)
def show_conference(slug: str) -> dict[str, Any]:
    """One conference."""
    return conference_json(services().conferences.find(slug))
