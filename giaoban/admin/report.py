"""The report: planned against actual as a picture and a table, on a page and as files."""

from flask import render_template
from werkzeug.wrappers import Response

from giaoban.admin import wording
from giaoban.admin.blueprints import bp
from giaoban.admin.documents import handed_out
from giaoban.admin.report_chart import chart
from giaoban.domain.report_bars import bars
from giaoban.domain.report_table import texts
from giaoban.web.current import current_conference, require, required_identity, services


@bp.get("/dieu-hanh/bao-cao")
@require("admin", "mc", "secretary")
def report() -> str:
    """Of a conference that is over, or up to now of one under way."""
    conference = current_conference()
    made = services().reports.report(conference)
    return render_template(
        "admin/report/show.html",
        conference=conference,
        report=made,
        chart=chart(bars(made), conference.timezone, None if made.finished or not made.begun else made.now_ms),
        undone=made.undone,
        command_words=wording.COMMANDS,
        actor_words=wording.actor_words,
        who=required_identity(),
        **texts(made, conference.timezone, wording.actor_words),
    )


@bp.get("/dieu-hanh/bao-cao/tep.<any(xlsx, pdf):form>")
@require("admin", "mc", "secretary")
def report_file(form: str) -> Response:
    return handed_out(services().reports.file(current_conference(), form))
