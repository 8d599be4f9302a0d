"""The log of a conference, for audit and proof."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from marshmallow.validate import Range

from giaoban.api.blueprint import ApiBlueprint
from giaoban.models.log import SEQ_MOST
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("log", __name__, description="The append-only log")


class After(Schema):
    class Meta:
        unknown = EXCLUDE

    after = fields.Integer(load_default=0, validate=Range(min=0, max=2**63 - 1))


class LineSchema(Schema):
    seq = fields.Integer(required=True)
    version = fields.Integer(required=True, allow_none=True)
    at_ms = fields.Integer(required=True)
    actor = fields.String(required=True)
    kind = fields.String(required=True)
    command_id = fields.String(required=True, allow_none=True)
    data = fields.Dict(required=True)


@bp.get("/conferences/<slug>/log")
@bp.signed_in
@bp.arguments(After, location="query")
@bp.response(200, LineSchema(many=True))
@bp.fails(401, 403, 404, 422)
def read_log(query: dict[str, int], slug: str) -> list[dict[str, Any]]:
    """Up to 1,000 lines with `seq` above `after`, in order."""
    required_identity().require("log")
    return services().running_order.log(services().conferences.find(slug), min(query["after"], SEQ_MOST))
