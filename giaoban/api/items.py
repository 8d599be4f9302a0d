"""What every list of items says of each, whatever else it tells of it."""

from marshmallow import Schema, fields


class ItemHeadSchema(Schema):
    id = fields.String(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    speaker = fields.String(required=True, allow_none=True)
    endpoint_code = fields.String(required=True, allow_none=True)
    planned_ms = fields.Integer(required=True)
    state = fields.String(required=True)
