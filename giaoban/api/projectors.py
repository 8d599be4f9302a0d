"""Projectors: what each shows, giving one a name by the code on its screen, pinning it to a scene, forgetting it."""

from typing import Any, Final

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from giaoban.api.blueprint import ApiBlueprint
from giaoban.domain.commands import SCENES
from giaoban.domain.projectors import FOLLOWING, NAME_LONGEST
from giaoban.models import Conference
from giaoban.web import projectors as pages
from giaoban.web.current import required_identity, services

bp = ApiBlueprint("projectors", __name__, description="Projectors that are known by name, and what each shows")

STATES: Final = ("on", "behind", "late", "hidden", "away", "never")


class ProjectorSchema(Schema):
    """What is reported is null before the first report since the server began."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    scene = fields.String(required=True, allow_none=True, metadata={"description": "what it is pinned to, or null"})
    paired_at_ms = fields.Integer(required=True)
    state = fields.String(
        required=True,
        metadata={
            "enum": list(STATES),
            "description": "on: it shows the present version; behind: not yet; late: by three seconds or more; hidden: "
            "its page is covered; away: its line is lost; never: not seen since the server began",
        },
    )
    marked = fields.Boolean(required=True, metadata={"description": "whether somebody should look after it"})
    since_at_ms = fields.Integer(required=True, allow_none=True, metadata={"description": "late or away since then"})
    late_ms = fields.Integer(required=True, allow_none=True)
    last_seen_at_ms = fields.Integer(required=True, allow_none=True)
    version = fields.Integer(required=True, allow_none=True, metadata={"description": "of the running order it shows"})
    shown_scene = fields.String(required=True, allow_none=True)
    doubt_ms = fields.Integer(required=True, allow_none=True, metadata={"description": "its clock's possible error"})
    lag_ms = fields.Integer(
        required=True, allow_none=True, metadata={"description": "of the last change, from its commit until shown"}
    )
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    hidden = fields.Boolean(required=True, allow_none=True)
    full_screen = fields.Boolean(required=True, allow_none=True)


class ProjectorsSchema(Schema):
    version = fields.Integer(required=True, metadata={"description": "of the running order that there is"})
    server_now_ms = fields.Integer(required=True)
    unpaired = fields.Integer(required=True, metadata={"description": "open pages of projectors without a name"})
    rows = fields.List(fields.Nested(ProjectorSchema), required=True)


class NewProjectorSchema(Schema):
    code = fields.String(required=True, metadata={"description": "the six digits on its screen"})
    name = fields.String(required=True, metadata={"maxLength": NAME_LONGEST})


class ProjectorNameSchema(Schema):
    name = fields.String(required=True, metadata={"maxLength": NAME_LONGEST})


class ProjectorSceneSchema(Schema):
    scene = fields.String(required=True, validate=OneOf([*SCENES, FOLLOWING]))


@bp.get("/conferences/<slug>/projectors")
@bp.signed_in
@bp.response(200, ProjectorsSchema)
@bp.fails(401, 403, 404)
def list_projectors(slug: str) -> dict[str, Any]:
    """All projectors that have a name, and how many have none; for the staff."""
    return services().projectors.view(_conference(slug), required_identity())


@bp.post("/conferences/<slug>/projectors")
@bp.signed_in
@bp.arguments(NewProjectorSchema)
@bp.response(200, ProjectorSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def pair_projector(body: dict[str, Any], slug: str) -> dict[str, Any]:
    """Give a name to the screen that shows that code, once, within ten minutes; sent again by the same person with the
    same name it gets the same answer. After ten wrong codes in five minutes nothing is tried for a while, right or
    wrong."""
    who = required_identity()
    conference = _conference(slug)
    return _one(slug, pages.pair(conference, body["code"], body["name"], who))


@bp.put("/conferences/<slug>/projectors/<projector_id>/name")
@bp.signed_in
@bp.arguments(ProjectorNameSchema)
@bp.response(200, ProjectorSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def rename_projector(body: dict[str, Any], slug: str, projector_id: str) -> dict[str, Any]:
    """Call it something else."""
    services().projectors.rename(slug, projector_id, body["name"], required_identity())
    return _one(slug, projector_id)


@bp.put("/conferences/<slug>/projectors/<projector_id>/scene")
@bp.signed_in
@bp.arguments(ProjectorSceneSchema)
@bp.response(200, ProjectorSchema)
@bp.fails(400, 401, 403, 404, 409, 413, 422, 429)
def pin_projector(body: dict[str, Any], slug: str, projector_id: str) -> dict[str, Any]:
    """Pin it to a scene, or with `auto` let it follow the running order again."""
    services().projectors.pin(slug, projector_id, body["scene"], required_identity())
    return _one(slug, projector_id)


@bp.post("/conferences/<slug>/projectors/<projector_id>/identify")
@bp.signed_in
@bp.response(204)
@bp.fails(400, 401, 403, 404, 409, 413, 429)
def identify_projector(slug: str, projector_id: str) -> None:
    """Have it show its name large for some seconds."""
    services().projectors.identify(_conference(slug), projector_id, required_identity())


@bp.delete("/conferences/<slug>/projectors/<projector_id>")
@bp.signed_in
@bp.response(204)
@bp.fails(400, 401, 403, 404, 409, 413, 429)
def forget_projector(slug: str, projector_id: str) -> None:
    """Take its name away: it is a public page again."""
    services().projectors.forget(slug, projector_id, required_identity())


def _conference(slug: str) -> Conference:
    return services().conferences.seen_by(required_identity(), slug)


def _one(slug: str, projector_id: str) -> dict[str, Any]:
    return services().projectors.one(_conference(slug), projector_id, required_identity())
