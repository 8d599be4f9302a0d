"""What every list of rooms says of each, whatever else it tells of it."""

from marshmallow import Schema, fields


class RoomHeadSchema(Schema):
    code = fields.String(required=True)
    level = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    full_name = fields.String(required=True)
    parent_code = fields.String(required=True, allow_none=True)
