"""The page on which the API can be browsed and tried. flask-smorest's own has its script inside, which no page may."""

from flask import Blueprint, render_template, url_for

bp = Blueprint("docs", __name__)


@bp.get("/docs")
def browse() -> str:
    """Swagger UI, from this server's own files."""
    return render_template("api/docs.html", description_url=url_for("api-docs.openapi_json"))
