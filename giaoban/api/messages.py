"""The MC's messages as a screen has them, and saying that one was read."""

from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("messages", __name__, description="The MC's messages to the caller")


class ReadSchema(Schema):
    to = fields.String(required=True)
    at_ms = fields.Integer(required=True, strict=True)


class StandingSchema(Schema):
    to = fields.String(required=True, metadata={"description": "all, speaker or an endpoint's code"})
    text = fields.String(required=True)
    at_ms = fields.Integer(required=True)
    until_at_ms = fields.Integer(
        required=True, allow_none=True, metadata={"description": "when screens take it away; null: when it is cleared"}
    )
    acknowledged_at_ms = fields.Integer(
        required=True, allow_none=True, metadata={"description": "when the caller said that it was read"}
    )


@bp.get("/conferences/<slug>/messages")
@bp.signed_in
@bp.response(200, StandingSchema(many=True))
@bp.fails(401, 403, 404)
def list_messages(slug: str) -> list[dict[str, Any]]:
    """What stands for the caller, newest first: to all, to its room, and to the speaker while its room speaks."""
    who = required_identity()
    return services().messages.for_screen(services().conferences.seen_by(who, slug), who)


@bp.post("/conferences/<slug>/messages/acknowledge")
@bp.signed_in
@bp.arguments(ReadSchema)
@bp.response(200, StandingSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def acknowledge_message(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Say that a message was read. Said again, nothing changes."""
    return services().messages.acknowledge(slug, body, required_identity())
