"""Faults as tickets: opening one, looking after it, and what a room sees of its own."""

from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.domain.tickets import ACTIONS, KINDS, STATES
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("tickets", __name__, description="Faults of rooms, and who looks after them")


class TicketChangeSchema(Schema):
    at_ms = fields.Integer(required=True)
    actor = fields.String(required=True, metadata={"description": "a room is told only the role of the staff"})
    action = fields.String(required=True, metadata={"enum": ["open", *ACTIONS]})
    text = fields.String(required=True)


class TicketSchema(Schema):
    ticket_id = fields.String(required=True)
    endpoint_code = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    text = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    holder = fields.String(required=True, allow_none=True, metadata={"description": "who looks after it"})
    revision = fields.Integer(required=True, metadata={"description": "how many changes it has had, from 1"})
    opened_at_ms = fields.Integer(required=True)
    since_at_ms = fields.Integer(required=True, metadata={"description": "when it was opened for the last time"})
    open_ms = fields.Integer(
        required=True, metadata={"description": "how long it was open, without the time in which it was done"}
    )
    waited_ms = fields.Integer(
        required=True, metadata={"description": "how long it waited, the last time, until somebody took it"}
    )
    changes = fields.List(fields.Nested(TicketChangeSchema), required=True)


class NewTicketSchema(Schema):
    ticket_id = fields.String(required=True, metadata={"format": "uuid"})
    endpoint_code = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    text = fields.String(load_default="", metadata={"description": "required for the kind “other”; up to 500"})


class TicketActionSchema(Schema):
    change_id = fields.String(required=True, metadata={"format": "uuid"})
    expected_revision = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        metadata={"description": "as seen; required for take, release, finish and reopen"},
    )
    text = fields.String(load_default="", metadata={"description": "required for answer and note; up to 500"})


@bp.get("/conferences/<slug>/tickets")
@bp.signed_in
@bp.response(200, TicketSchema(many=True))
@bp.fails(401, 403, 404)
def list_tickets(slug: str) -> list[dict[str, Any]]:
    """The tickets of the rooms that the caller may see: waiting ones first, done ones last."""
    who = required_identity()
    conference = services().conferences.seen_by(who, slug)
    tickets = services().tickets
    return [tickets.as_json(ticket, who) for ticket in tickets.list(conference, who)]


@bp.post("/conferences/<slug>/tickets")
@bp.signed_in
@bp.arguments(NewTicketSchema)
@bp.response(200, TicketSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def open_ticket(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Report a fault: a room its own, technicians any room's. The same `ticket_id` again gets the same ticket."""
    who = required_identity()
    tickets = services().tickets
    return tickets.as_json(tickets.open(slug, body, who), who)


@bp.post("/conferences/<slug>/tickets/<ticket_id>/<action>")
@bp.signed_in
@bp.arguments(TicketActionSchema)
@bp.response(200, TicketSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def change_ticket(body: dict[str, Any], slug: str, ticket_id: str, action: str) -> dict[str, Any]:
    """`take`, `release`, `finish`, `reopen`, `answer` the room, or `note` for colleagues; a room finishes, reopens and
    answers its own. What somebody else has changed meanwhile is 409, the present ticket in `error.details.ticket`."""
    who = required_identity()
    tickets = services().tickets
    return tickets.as_json(tickets.change(slug, ticket_id, action, body, who), who)
