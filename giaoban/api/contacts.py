"""Whom to phone in a room, and the calls to it."""

from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.domain.contacts import OFFICE_LONGEST
from giaoban.domain.phone_queue import OUTCOMES
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("contacts", __name__, description="Whom to phone in a room, and the calls to it")


class NumberSchema(Schema):
    written = fields.String(required=True)
    dialled = fields.String(required=True)


class ContactSchema(Schema):
    endpoint_code = fields.String(required=True)
    office = fields.String(required=True)
    telephone = fields.String(required=True, metadata={"description": "as written; several with ; between them"})
    numbers = fields.List(fields.Nested(NumberSchema), required=True)
    changed_at_ms = fields.Integer(required=True, allow_none=True)


class NewContactSchema(Schema):
    office = fields.String(load_default="", metadata={"maxLength": OFFICE_LONGEST})
    telephone = fields.String(required=True)


class CallSchema(Schema):
    at_ms = fields.Integer(required=True)
    actor = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"enum": list(OUTCOMES)})
    again_at_ms = fields.Integer(required=True, allow_none=True)


class NewCallSchema(Schema):
    call_id = fields.String(required=True, metadata={"format": "uuid"})
    outcome = fields.String(required=True, metadata={"enum": list(OUTCOMES)})
    again_at_ms = fields.Integer(load_default=None, allow_none=True, strict=True)


@bp.get("/conferences/<slug>/endpoints/<code>/contact")
@bp.signed_in
@bp.response(200, ContactSchema)
@bp.fails(401, 403, 404)
def show_contact(slug: str, code: str) -> dict[str, Any]:
    """Whom to phone in a room: staff any, a district its own and its communes', a commune its own."""
    who = required_identity()
    conference = services().conferences.seen_by(who, slug)
    return services().contacts.one(conference, code, who).as_json(code)


@bp.put("/conferences/<slug>/endpoints/<code>/contact")
@bp.signed_in
@bp.arguments(NewContactSchema)
@bp.response(200, ContactSchema)
@bp.fails(400, 401, 403, 404, 413, 422, 429)
def set_contact(body: dict[str, Any], slug: str, code: str) -> dict[str, Any]:
    """Say whom to phone in a room; with empty texts nobody."""
    who = required_identity()
    conference = services().conferences.seen_by(who, slug)
    services().contacts.set(conference, code, body["office"], body["telephone"], who)
    return services().contacts.one(conference, code, who).as_json(code)


@bp.get("/conferences/<slug>/endpoints/<code>/calls")
@bp.signed_in
@bp.response(200, CallSchema(many=True))
@bp.fails(401, 403, 404)
def list_calls(slug: str, code: str) -> list[Any]:
    """The calls to a room, the last one first; for the staff."""
    who = required_identity()
    return services().phone_desk.calls(services().conferences.seen_by(who, slug), code, who)


@bp.post("/conferences/<slug>/endpoints/<code>/calls")
@bp.signed_in
@bp.arguments(NewCallSchema)
@bp.response(200, CallSchema)
@bp.fails(400, 401, 403, 404, 413, 422, 429)
def add_call(body: dict[str, Any], slug: str, code: str) -> Any:
    """Note a call and what came of it. The same `call_id` again does nothing; a check-in is sent apart."""
    who = required_identity()
    conference = services().conferences.seen_by(who, slug)
    return services().phone_desk.record(
        conference, code, body["call_id"], body["outcome"], who, again_at_ms=body["again_at_ms"]
    )
