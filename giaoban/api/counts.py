"""Frozen counts of the roll call."""

from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.api.roll_call import HeadcountSchema, TotalsSchema
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("counts", __name__, description="The roll call as it was counted at one moment, sealed by a hash")


class CountSchema(Schema):
    number = fields.Integer(required=True, metadata={"description": "from 1 within the conference"})
    count_id = fields.String(required=True)
    at_ms = fields.Integer(required=True)
    actor = fields.String(required=True)
    sentence = fields.String(required=True, metadata={"description": "as it is read aloud"})
    totals = fields.Nested(TotalsSchema, required=True)
    hash = fields.String(required=True, metadata={"description": "the seal: SHA-256 in hex over its canonical JSON"})
    shown = fields.Boolean(required=True, metadata={"description": "whether the projector shows this one"})


class DistrictSchema(Schema):
    code = fields.String(required=True)
    totals = fields.Nested(TotalsSchema, required=True)


class CountedRoomSchema(Schema):
    """What counted for one room; all but the room null where nobody had reported."""

    code = fields.String(required=True)
    level = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    parent_code = fields.String(required=True, allow_none=True)
    check_in_id = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, allow_none=True)
    headcount = fields.Nested(HeadcountSchema, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    late = fields.Boolean(required=True, allow_none=True)
    happened_at_ms = fields.Integer(required=True, allow_none=True)


class WholeCountSchema(CountSchema):
    version = fields.Integer(required=True, metadata={"description": "of the running order then"})
    seq = fields.Integer(required=True, metadata={"description": "the last line of the log that was counted"})
    by_level = fields.Dict(keys=fields.String(), values=fields.Nested(TotalsSchema), required=True)
    by_district = fields.List(fields.Nested(DistrictSchema), required=True)
    rows = fields.List(fields.Nested(CountedRoomSchema), required=True)


class FreezeSchema(Schema):
    count_id = fields.String(required=True, metadata={"format": "uuid"})


@bp.get("/conferences/<slug>/counts")
@bp.signed_in
@bp.response(200, CountSchema(many=True))
@bp.fails(401, 403, 404)
def list_counts(slug: str) -> list[dict[str, Any]]:
    """The counts so far, the first one first."""
    who = required_identity()
    who.require("roll_call_all")
    return services().counts.list(services().conferences.seen_by(who, slug))


@bp.get("/conferences/<slug>/counts/<int:number>")
@bp.signed_in
@bp.response(200, WholeCountSchema)
@bp.fails(401, 403, 404)
def show_count(slug: str, number: int) -> dict[str, Any]:
    """One count, room by room."""
    who = required_identity()
    who.require("roll_call_all")
    return services().counts.get(services().conferences.seen_by(who, slug), number)


@bp.post("/conferences/<slug>/counts")
@bp.signed_in
@bp.arguments(FreezeSchema)
@bp.response(200, WholeCountSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def freeze_count(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Count the roll call as it stands. The same `count_id` again gets the same count."""
    return services().counts.freeze(slug, body["count_id"], required_identity())
