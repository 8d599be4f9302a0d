"""The running order: reading it, and the commands that change it."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.api.items import ItemHeadSchema
from giaoban.domain.commands import NAMES
from giaoban.services.running_order import CommandRequest
from giaoban.web.current import identity, required_identity, services

bp = ApiBlueprint("running-order", __name__, description="The running order of a conference")


class ItemSchema(ItemHeadSchema):
    cap_ms = fields.Integer(allow_none=True)
    added_ms = fields.Integer(required=True)
    planned_start_at_ms = fields.Integer(allow_none=True)
    started_at_ms = fields.Integer(allow_none=True)
    ended_at_ms = fields.Integer(allow_none=True)
    expected_start_at_ms = fields.Integer(allow_none=True)
    expected_end_at_ms = fields.Integer(allow_none=True)
    not_before_at_ms = fields.Integer(allow_none=True)
    min_ms = fields.Integer(allow_none=True)


class LiveSchema(Schema):
    item_id = fields.String(required=True)
    state = fields.String(required=True)
    started_at_ms = fields.Integer(required=True)
    paused_at_ms = fields.Integer(required=True, allow_none=True)
    paused_total_ms = fields.Integer(required=True)
    planned_ms = fields.Integer(required=True)
    added_ms = fields.Integer(required=True)


class SnapshotItemSchema(ItemSchema):
    """An item in a snapshot: of a long one only what screens show."""

    speaker = fields.String(allow_none=True)
    endpoint_code = fields.String(allow_none=True)
    added_ms = fields.Integer()
    planned_ms = fields.Integer()
    state = fields.String()


class LiveWithItemSchema(LiveSchema):
    item = fields.Nested(SnapshotItemSchema, required=True)


class ForecastSchema(Schema):
    planned_end_at_ms = fields.Integer(required=True)
    expected_end_at_ms = fields.Integer(required=True)
    offset_ms = fields.Integer(required=True, metadata={"description": "expected − planned, positive when late"})


class SceneSchema(Schema):
    name = fields.String(required=True)
    mode = fields.String(required=True)


class MessageSchema(Schema):
    text = fields.String(required=True)
    at_ms = fields.Integer(required=True)
    until_at_ms = fields.Integer(metadata={"description": "when screens take it away by themselves; else absent"})


class UndoSchema(Schema):
    name = fields.String(required=True)
    at_ms = fields.Integer(required=True)


class BinnedItemSchema(ItemHeadSchema):
    """A removed item; `restore` brings it back, to `position` unless told otherwise."""

    state = fields.String(required=True, metadata={"enum": ["pending", "skipped"]})


class RunningOrderSchema(Schema):
    version = fields.Integer(required=True)
    server_now_ms = fields.Integer(required=True)
    phase = fields.String(required=True)
    live = fields.Nested(LiveSchema, required=True, allow_none=True)
    items = fields.List(fields.Nested(ItemSchema), required=True)
    forecast = fields.Nested(ForecastSchema, required=True)
    scene = fields.Nested(SceneSchema, required=True)


class SnapshotSchema(Schema):
    """The present, complete; under 2 KB: the items of a long one lack keys that are null or stand elsewhere."""

    version = fields.Integer(required=True)
    server_now_ms = fields.Integer(required=True)
    phase = fields.String(required=True)
    live = fields.Nested(LiveWithItemSchema, required=True, allow_none=True)
    next = fields.List(fields.Nested(SnapshotItemSchema), required=True)
    forecast = fields.Nested(ForecastSchema, required=True)
    scene = fields.Nested(SceneSchema, required=True)
    message = fields.Nested(MessageSchema, required=True, allow_none=True)
    undo = fields.Nested(UndoSchema, required=True, allow_none=True)


class CommandSchema(Schema):
    command_id = fields.String(required=True, metadata={"format": "uuid"})
    expected_version = fields.Integer(required=True, strict=True)
    name = fields.String(required=True, metadata={"enum": sorted(NAMES.values())})
    args = fields.Dict(keys=fields.String(), required=True)


class AnswerSchema(Schema):
    version = fields.Integer(required=True)
    events = fields.List(fields.Dict(), required=True)
    snapshot = fields.Nested(SnapshotSchema, required=True)


@bp.get("/conferences/<slug>/running-order")
@bp.open_to_all
@bp.response(200, RunningOrderSchema)
@bp.fails(401, 404)
def show_running_order(slug: str) -> dict[str, Any]:
    """The whole running order with its forecast."""
    return services().running_order.view(services().conferences.seen_by(identity(), slug))


@bp.get("/conferences/<slug>/running-order/bin")
@bp.signed_in
@bp.response(200, BinnedItemSchema(many=True))
@bp.fails(401, 403, 404)
def show_bin(slug: str) -> list[dict[str, Any]]:
    """The removed items that `restore` can bring back, the last removed first."""
    required_identity().require("edit")
    return services().running_order.bin(services().conferences.find(slug))


@bp.post("/conferences/<slug>/running-order/commands")
@bp.signed_in
@bp.arguments(CommandSchema)
@bp.response(200, AnswerSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def give_command(command: dict[str, Any], slug: str) -> Response:
    """Give one command. The same `command_id` again gets the first answer and does nothing.

    The arguments of each name: `start`, `skip`, `unskip`, `remove` {item_id} · `next` {item_id?} · `finish`, `pause`,
    `resume`, `undo` {} · `add_time` {delta_ms, reason?} · `move` {item_id, position, reason?} · `insert` {position,
    item} · `edit` {item_id, fields} · `restore` {item_id, position?}: a removed item with its id and all its facts,
    back where it stood unless told otherwise · `set_lengths` {lengths: {item_id: planned_ms}}: of several items still
    to come at once · `compress` {end_at_ms, floors?: {kind or item_id: ms}}: new lengths with which all that is still
    to come ends at `end_at_ms`, to the second. Each item keeps a floor: the one given for its id, else its `min_ms`,
    else the one given for its kind, else that of its kind here; the rest is shared in proportion to (length − floor).
    Nothing is lengthened: with time enough nothing changes. Where the floors do not fit: 409 with `short_by_ms` and
    `could_skip`, ids that together give enough, in `details` · `set_scene` {name} · `set_message` {text, to}.
    """
    identity = required_identity()
    answer = services().running_order.dispatch(slug, CommandRequest(**command), identity)
    return jsonify(answer.as_json())  # as it was stored: it is in that shape
