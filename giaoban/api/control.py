"""Control of a conference: who holds it, and taking, asking for and handing it over."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from giaoban.api.blueprint import ApiBlueprint
from giaoban.services.control import ACTIONS
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("control", __name__, description="Who holds control, when several consoles run one conference")


class HolderSchema(Schema):
    name = fields.String(required=True)
    role = fields.String(required=True)
    since_at_ms = fields.Integer(required=True)
    seen_at_ms = fields.Integer(required=True, metadata={"description": "when its console was last heard"})
    you = fields.Boolean(required=True, metadata={"description": "whether it is the very sign-in that asks"})


class RequestSchema(Schema):
    name = fields.String(required=True)
    role = fields.String(required=True)
    at_ms = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)
    refused = fields.Boolean(required=True)
    you = fields.Boolean(required=True)


class ControlSchema(Schema):
    """While somebody holds control, the running commands of everybody else are refused with 409 `control_held`."""

    holder = fields.Nested(HolderSchema, required=True, allow_none=True)
    request = fields.Nested(RequestSchema, required=True, allow_none=True)
    freed_after_ms = fields.Integer(
        required=True, metadata={"description": "a holder that is silent for so long loses control; `keep` well within"}
    )
    server_now_ms = fields.Integer(required=True)


class ActionSchema(Schema):
    action = fields.String(
        required=True,
        validate=OneOf(ACTIONS),
        metadata={
            "description": "take it (with a reason from a holder who is there); ask the holder for it; give it to, or "
            "refuse, whoever asks; release it, or what one has asked for; keep: be heard, every eight seconds or so"
        },
    )
    reason = fields.String(load_default=None, allow_none=True)


@bp.get("/conferences/<slug>/control")
@bp.signed_in
@bp.response(200, ControlSchema)
@bp.fails(401, 403, 404)
def show_control(slug: str) -> dict[str, Any]:
    """Who holds control, and who asks for it."""
    who = required_identity()
    who.require("edit")
    return services().control.view(services().conferences.find(slug), who)


@bp.post("/conferences/<slug>/control")
@bp.signed_in
@bp.arguments(ActionSchema)
@bp.response(200, ControlSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def change_control(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Take control, ask for it, hand it over, or say that the holder is still there."""
    who = required_identity()
    services().control.act(slug, body["action"], who, body["reason"])
    return services().control.view(services().conferences.find(slug), who)
