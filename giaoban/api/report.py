"""Planned against actual of a conference, over or under way."""

from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.api.items import ItemHeadSchema
from giaoban.services.report_json import report_json
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("report", __name__, description="Planned against actual, read from the log")


class PauseSchema(Schema):
    """`end_at_ms` is null while the clock still stands."""

    start_at_ms = fields.Integer(required=True)
    end_at_ms = fields.Integer(required=True, allow_none=True)
    length_ms = fields.Integer(required=True)
    actor = fields.String(required=True)


class RewordingSchema(Schema):
    text = fields.String(required=True)
    at_ms = fields.Integer(required=True)
    actor = fields.String(required=True)


class AdditionSchema(Schema):
    """`reason` is the wording that counts now, `first_reason` the one that was given with the press."""

    seq = fields.Integer(required=True)
    at_ms = fields.Integer(required=True)
    delta_ms = fields.Integer(required=True)
    actor = fields.String(required=True)
    over_cap = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    first_reason = fields.String(required=True, allow_none=True)
    rewordings = fields.List(fields.Nested(RewordingSchema), required=True)


class SwapSchema(Schema):
    """The item was moved for a reason; the wordings as in an addition."""

    seq = fields.Integer(required=True)
    at_ms = fields.Integer(required=True)
    actor = fields.String(required=True)
    reason = fields.String(required=True)
    first_reason = fields.String(required=True)
    rewordings = fields.List(fields.Nested(RewordingSchema), required=True)


class ReportItemSchema(ItemHeadSchema):
    """`planned_ms` is the plan's at the first start; `length_ms` is without pauses, null before the item has begun."""

    planned_start_at_ms = fields.Integer(required=True, allow_none=True)
    inserted = fields.Boolean(required=True)
    started_at_ms = fields.Integer(required=True, allow_none=True)
    ended_at_ms = fields.Integer(required=True, allow_none=True)
    length_ms = fields.Integer(required=True, allow_none=True)
    over_ms = fields.Integer(required=True, allow_none=True)
    cap_ms = fields.Integer(required=True, allow_none=True)
    over_cap = fields.Boolean(required=True)
    paused_ms = fields.Integer(required=True)
    pauses = fields.List(fields.Nested(PauseSchema), required=True)
    added_ms = fields.Integer(required=True)
    additions = fields.List(fields.Nested(AdditionSchema), required=True)
    swaps = fields.List(fields.Nested(SwapSchema), required=True)


class RemovedSchema(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)


class SpokenSchema(Schema):
    """Breaks and technical checks count for nobody; what is bound to no endpoint counts for the hall."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True)
    items = fields.Integer(required=True)
    planned_ms = fields.Integer(required=True)
    length_ms = fields.Integer(required=True)
    added_ms = fields.Integer(required=True)


class UndoneSchema(Schema):
    name = fields.String(required=True)
    at_ms = fields.Integer(required=True)
    actor = fields.String(required=True)
    undone_at_ms = fields.Integer(required=True)


class ReportSchema(Schema):
    """`end_at_ms` is expected as long as `finished` is false. Offsets: positive is late."""

    class Meta:
        title = "Report"

    now_ms = fields.Integer(required=True)
    phase = fields.String(required=True)
    finished = fields.Boolean(required=True)
    starts_at_ms = fields.Integer(required=True)
    planned_end_at_ms = fields.Integer(required=True)
    end_at_ms = fields.Integer(required=True)
    start_offset_ms = fields.Integer(required=True, allow_none=True)
    end_offset_ms = fields.Integer(required=True)
    spoken_ms = fields.Integer(required=True)
    worst_item_id = fields.String(required=True, allow_none=True)
    items = fields.List(fields.Nested(ReportItemSchema), required=True)
    removed = fields.List(fields.Nested(RemovedSchema), required=True)
    units = fields.List(fields.Nested(SpokenSchema), required=True)
    districts = fields.List(fields.Nested(SpokenSchema), required=True)
    undone = fields.List(fields.Nested(UndoneSchema), required=True)


@bp.get("/conferences/<slug>/report")
@bp.signed_in
@bp.response(200, ReportSchema)
@bp.fails(401, 403, 404)
def read_report(slug: str) -> dict[str, Any]:
    """Planned against actual as of now; commands that were undone count for nothing and are listed."""
    required_identity().require("log")
    conferences = services().conferences
    return report_json(services().reports.report(conferences.seen_by(required_identity(), slug)))
