"""Endpoints, their check-ins, and the roll call within the caller's scope."""

from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields

from giaoban.api import express
from giaoban.api.blueprint import ApiBlueprint
from giaoban.api.rooms import RoomHeadSchema
from giaoban.domain.roll_call import NOTE_LONGEST, STATUSES
from giaoban.models import Conference
from giaoban.services.room_words import words_seen
from giaoban.services.scope import Scope, scope_of
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("roll-call", __name__, description="Endpoints, check-ins and the roll call")


class HeadcountSchema(Schema):
    total = fields.Integer(required=True)
    groups = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class AnnulmentSchema(Schema):
    at_ms = fields.Integer(required=True)
    actor = fields.String(required=True)
    reason = fields.String(required=True)


class RecordSchema(Schema):
    check_in_id = fields.String(required=True)
    endpoint_code = fields.String(required=True)
    status = fields.String(required=True)
    headcount = fields.Nested(HeadcountSchema, required=True)
    reason = fields.String(required=True, allow_none=True)
    source = fields.String(required=True)
    late = fields.Boolean(required=True)
    happened_at_ms = fields.Integer(required=True)
    received_at_ms = fields.Integer(required=True)
    actor = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    annulled = fields.Nested(AnnulmentSchema, required=True, allow_none=True)


class EndpointSchema(RoomHeadSchema):
    effective = fields.Nested(RecordSchema, required=True, allow_none=True)
    connected = fields.Boolean(required=True)
    last_seen_at_ms = fields.Integer(required=True, allow_none=True)


class TotalsSchema(Schema):
    expected = fields.Integer(required=True)
    present = fields.Integer(required=True)
    absent = fields.Integer(required=True)
    pending = fields.Integer(required=True)
    headcount = fields.Integer(required=True)


class ConflictSchema(Schema):
    code = fields.String(required=True)
    full_name = fields.String(required=True)
    effective_id = fields.String(required=True, allow_none=True)
    last_words = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "by source, the id of its last record that was not annulled"},
    )
    decided = fields.Boolean(
        required=True, metadata={"description": "the secretary spoke last, after all who disagree with her"}
    )
    records = fields.List(fields.Nested(RecordSchema), required=True)


class RollCallSchema(Schema):
    totals = fields.Nested(TotalsSchema, required=True)
    by_level = fields.Dict(keys=fields.String(), values=fields.Nested(TotalsSchema), required=True)
    groups_by_level = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Integer()),
        required=True,
        metadata={"description": "people present by level and group, as far as rooms told them"},
    )
    conflicts = fields.List(fields.Nested(ConflictSchema), required=True)
    rows = fields.List(fields.Nested(EndpointSchema), required=True)


class CheckInSchema(Schema):
    check_in_id = fields.String(required=True, metadata={"format": "uuid"})
    status = fields.String(required=True, metadata={"enum": list(STATUSES)})
    headcount = fields.Raw(metadata={"description": "an integer, or an object {total, groups}"}, allow_none=True)
    reason = fields.Raw(metadata={"description": "text; required when absent"}, allow_none=True)
    note = fields.Raw(metadata={"description": f"text, up to {NOTE_LONGEST} characters"}, allow_none=True)
    happened_at_ms = fields.Integer(required=True, strict=True)


class CheckInAnswerSchema(Schema):
    record = fields.Nested(RecordSchema, required=True)
    effective = fields.Nested(RecordSchema, required=True)


class AnnulSchema(Schema):
    reason = fields.Raw(required=True, metadata={"type": "string", "description": "text, required"})


class AnnulAnswerSchema(Schema):
    record = fields.Nested(RecordSchema, required=True)
    effective = fields.Nested(RecordSchema, required=True, allow_none=True)


class RoomWordsSchema(Schema):
    effective = fields.Nested(RecordSchema, required=True, allow_none=True)
    own = fields.Nested(RecordSchema, required=True, allow_none=True)
    annulled = fields.Nested(RecordSchema, required=True, allow_none=True)


def seen_by_caller(slug: str) -> tuple[Conference, Scope]:
    identity = required_identity()
    conference = services().conferences.seen_by(identity, slug)
    return conference, scope_of(identity, conference.id)


@bp.before_request
def refuse() -> None:
    """What the short way was refused with is said at once: nobody is counted, or waits for the database, twice."""
    refused = request.environ.get(express.REFUSED)
    if refused is not None:
        raise refused


@bp.get("/conferences/<slug>/endpoints")
@bp.signed_in
@bp.response(200, EndpointSchema(many=True))
@bp.fails(401, 403, 404)
def list_endpoints(slug: str) -> list[dict[str, Any]]:
    """The endpoints that the caller may see, with their effective check-in and their line."""
    return services().roll_call.endpoints(*seen_by_caller(slug))


@bp.get("/conferences/<slug>/roll-call")
@bp.signed_in
@bp.response(200, RollCallSchema)
@bp.fails(401, 403, 404)
def show_roll_call(slug: str) -> dict[str, Any]:
    """The roll call within the caller's scope; the hall is in none of its figures."""
    return services().roll_call.view(*seen_by_caller(slug))


@bp.get("/conferences/<slug>/endpoints/<code>/words")
@bp.signed_in
@bp.response(200, RoomWordsSchema)
@bp.fails(401, 403, 404)
def show_words(slug: str, code: str) -> dict[str, Any]:
    """What was said of a room: the record that counts, the room's own last, and its later one that was taken back."""
    conference, scope = seen_by_caller(slug)
    return words_seen(conference, code, scope).as_json()


@bp.put("/conferences/<slug>/endpoints/<code>/check-in")
@bp.signed_in
@bp.arguments(CheckInSchema)
@bp.response(200, CheckInAnswerSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def check_in(body: dict[str, Any], slug: str, code: str) -> Response:
    """Say whether a room is present. The same `check_in_id` again gets the same answer."""
    return jsonify(
        services().roll_call.check_in(slug, code, body, required_identity())
    )  # as it was stored: it is in that shape


@bp.post("/conferences/<slug>/endpoints/<code>/check-ins/<check_in_id>/annul")
@bp.signed_in
@bp.arguments(AnnulSchema)
@bp.response(200, AnnulAnswerSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def annul(body: dict[str, Any], slug: str, code: str, check_in_id: str) -> dict[str, Any]:
    """Take a room's check-in back, for staff who may check in any. Annulled already: nothing changes, the first reason
    stays, and the answer says how things are now."""
    return services().records.annul(slug, code, check_in_id, body["reason"], required_identity())
