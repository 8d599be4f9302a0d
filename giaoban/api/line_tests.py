"""Line tests of the rooms within the caller's scope: the last of each, all of one, and taking a new one."""

from typing import Any

from marshmallow import Schema, fields

from giaoban.api.blueprint import ApiBlueprint
from giaoban.api.roll_call import seen_by_caller
from giaoban.api.rooms import RoomHeadSchema
from giaoban.domain.line_tests import ANSWERS, PROBES_MOST, TRANSPORTS, WAIT_MS
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("line-tests", __name__, description="What rooms have found when they tested their line")


def _answer() -> fields.Raw:
    return fields.Raw(metadata={"enum": list(ANSWERS)}, allow_none=True)


class VerdictSchema(Schema):
    grade = fields.String(required=True)
    untested = fields.List(fields.String(), required=True)
    advice = fields.List(fields.String(), required=True)


class LineTestSchema(Schema):
    line_test_id = fields.String(required=True)
    endpoint_code = fields.String(required=True)
    at_ms = fields.Integer(required=True)
    received_at_ms = fields.Integer(required=True)
    source = fields.String(required=True)
    actor = fields.String(required=True)
    sent = fields.Integer(required=True, allow_none=True)
    lost = fields.Integer(required=True, allow_none=True)
    rtt_median_ms = fields.Integer(required=True, allow_none=True)
    rtt_worst_ms = fields.Integer(required=True, allow_none=True)
    jitter_ms = fields.Integer(required=True, allow_none=True)
    transport = fields.String(required=True, allow_none=True)
    picture = fields.String(required=True, allow_none=True)
    sound = fields.String(required=True, allow_none=True)
    mic = fields.String(required=True, allow_none=True)
    note = fields.String(required=True)
    verdict = fields.Nested(VerdictSchema, required=True)


class RoomTestSchema(RoomHeadSchema):
    test = fields.Nested(LineTestSchema, required=True, allow_none=True)


class NewLineTestSchema(Schema):
    """At least one part has to have been tried."""

    happened_at_ms = fields.Integer(required=True, strict=True)
    round_trips_ms = fields.Raw(
        metadata={
            "type": "array",
            "items": {"type": ["integer", "null"], "minimum": 0, "maximum": WAIT_MS},
            "minItems": 1,
            "maxItems": PROBES_MOST,
            "description": "one for each `line_probe` in the order of sending, null for one that was lost",
        },
        allow_none=True,
    )
    transport = fields.Raw(
        metadata={"enum": list(TRANSPORTS), "description": "with round_trips_ms only"}, allow_none=True
    )
    picture = _answer()
    sound = _answer()
    mic = _answer()
    note = fields.Raw(metadata={"description": "text"}, allow_none=True)


@bp.get("/conferences/<slug>/line-tests")
@bp.signed_in
@bp.response(200, RoomTestSchema(many=True))
@bp.fails(401, 403, 404)
def list_line_tests(slug: str) -> list[dict[str, Any]]:
    """The endpoints that the caller may see, the hall included, each with its line test or null.

    It is the last one, with the last word on each part that it leaves out, as far as that is not hours older.
    """
    return services().line_tests.latest(*seen_by_caller(slug))


@bp.get("/conferences/<slug>/endpoints/<code>/line-tests")
@bp.signed_in
@bp.response(200, LineTestSchema(many=True))
@bp.fails(401, 403, 404)
def list_line_tests_of_one(slug: str, code: str) -> list[dict[str, Any]]:
    """The line tests of an endpoint, the newest first, at most fifty."""
    conference, scope = seen_by_caller(slug)
    return services().line_tests.history(conference, code, scope)


@bp.put("/conferences/<slug>/endpoints/<code>/line-tests/<line_test_id>")
@bp.signed_in
@bp.arguments(NewLineTestSchema)
@bp.response(200, LineTestSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def record_line_test(body: dict[str, Any], slug: str, code: str, line_test_id: str) -> dict[str, Any]:
    """Store a line test: an endpoint its own, technicians and administrators any. The id is a UUID of the client's.

    The same id again gets the same answer. Figures and verdict are worked out from `round_trips_ms` and the answers.
    """
    return services().line_tests.record(slug, code, line_test_id, body, required_identity())
