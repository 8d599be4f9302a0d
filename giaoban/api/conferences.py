"""Which conferences there are."""

from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.domain.stages import STATUSES
from giaoban.services.conferences import conference_json
from giaoban.web.current import identity, services

bp = ApiBlueprint("conferences", __name__, description="Conferences")


class ConferenceSchema(Schema):
    """One conference. `maket` holds the lines of its picture, `looks` the names of tone, ornament and overtime."""

    class Meta:
        title = "Conference"

    slug = fields.String(required=True)
    title = fields.String(required=True)
    current = fields.Boolean(required=True)
    status = fields.String(required=True, metadata={"enum": list(STATUSES)})
    starts_at_ms = fields.Integer(required=True)
    timezone = fields.String(required=True)
    paper_cap_ms = fields.Integer(required=True)
    version = fields.Integer(required=True)
    maket = fields.Dict(required=True)
    looks = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


@bp.get("/conferences")
@bp.open_to_all
@bp.response(200, ConferenceSchema(many=True))
@bp.fails(401)
def list_conferences() -> list[dict[str, Any]]:
    """All conferences; drafts only for staff."""
    who = identity()
    drafts = who is not None and who.is_staff
    return [conference_json(conference) for conference in services().conferences.list(drafts=drafts)]


@bp.get("/conferences/<slug>")
@bp.open_to_all
@bp.response(200, ConferenceSchema)
@bp.fails(401, 404)
def show_conference(slug: str) -> dict[str, Any]:
    """One conference."""
    return conference_json(services().conferences.seen_by(identity(), slug))
