"""Whether the rooms that speak next are ready: who is asked, and what they answer."""

from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.domain.readiness import STATUSES
from giaoban.services.scope import scope_of
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("readiness", __name__, description="Whether the rooms that speak next are ready")


class SaidReadySchema(Schema):
    item_id = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": list(STATUSES)})
    reason = fields.Raw(metadata={"description": "text up to 100 characters, when not ready"}, allow_none=True)
    happened_at_ms = fields.Integer(required=True, strict=True)


class ReadinessAnswerSchema(Schema):
    readiness_id = fields.String(required=True)
    item_id = fields.String(required=True)
    endpoint_code = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": list(STATUSES)})
    reason = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, metadata={"description": "self, district or secretary (all staff)"})
    happened_at_ms = fields.Integer(required=True)
    received_at_ms = fields.Integer(required=True)
    actor = fields.String(required=True)


class AskedSchema(Schema):
    item_id = fields.String(required=True)
    endpoint_code = fields.String(required=True)
    full_name = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": [*STATUSES, "asked"]})
    answer = fields.Nested(
        ReadinessAnswerSchema, required=True, allow_none=True, metadata={"description": "the last one, while it holds"}
    )
    outdated = fields.Nested(
        ReadinessAnswerSchema,
        required=True,
        allow_none=True,
        metadata={"description": "the last one, when it holds no more"},
    )
    holds_until_at_ms = fields.Integer(required=True, allow_none=True)
    connected = fields.Boolean(required=True)
    last_seen_at_ms = fields.Integer(required=True, allow_none=True)
    attendance = fields.String(required=True, metadata={"enum": ["present", "absent", "pending"]})


@bp.get("/conferences/<slug>/readiness")
@bp.signed_in
@bp.response(200, AskedSchema(many=True))
@bp.fails(401, 403, 404)
def list_readiness(slug: str) -> list[dict[str, Any]]:
    """The rooms of the next two items, within the caller's scope, and what they have answered."""
    who = required_identity()
    conference = services().conferences.seen_by(who, slug)
    return services().readiness.asked(conference, scope_of(who, conference.id))


@bp.put("/conferences/<slug>/endpoints/<code>/readiness/<readiness_id>")
@bp.signed_in
@bp.arguments(SaidReadySchema)
@bp.response(200, ReadinessAnswerSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def answer_readiness(body: dict[str, Any], slug: str, code: str, readiness_id: str) -> dict[str, Any]:
    """Say whether a room is ready for an item. `readiness_id` is the client's UUID; again it gets the same answer."""
    return services().readiness.answer(slug, code, {**body, "readiness_id": readiness_id}, required_identity())
