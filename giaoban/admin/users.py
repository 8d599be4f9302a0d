"""Administration of staff accounts."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import bp, link_here
from giaoban.admin.conferences import administration_page
from giaoban.domain.errors import InvalidInput
from giaoban.web.current import require, services


@bp.post("/quan-tri/tai-khoan")
@require("admin")
def add_user() -> Response | tuple[str, int]:
    form = request.form
    try:
        user = services().accounts.add_user(form.get("username", ""), form.get("role", ""), form.get("password", ""))
    except InvalidInput as error:
        return administration_page(problems={"user": [error.message], "field": error.details.get("field")}), 422
    flash(f"Đã thêm tài khoản {user.username}.")
    return redirect(url_for("admin.administration", **link_here()), 303)


@bp.post("/quan-tri/tai-khoan/<username>/mat-khau")
@require("admin")
def set_password(username: str) -> Response | tuple[str, int]:
    """Give an account another password; whoever is signed in with the old one is signed out."""
    try:
        services().accounts.set_password(username, request.form.get("password", ""))
    except InvalidInput as error:
        return administration_page(problems={"password": [error.message], "of": username}), 422
    flash(f"Đã đặt mật khẩu mới cho {username}. Các phiên đang mở của tài khoản này đã kết thúc.")
    return redirect(url_for("admin.administration", **link_here()), 303)
