"""A member of the staff changes the own password."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from giaoban.admin.blueprints import accounts, link_here
from giaoban.domain.errors import InvalidInput, NotSignedIn, TooManyAttempts
from giaoban.services.identity import STAFF
from giaoban.web import sign_in as sessions
from giaoban.web.attempts import attempt
from giaoban.web.current import require, required_identity, services


@accounts.get("/doi-mat-khau")
@require(*STAFF)
def own_password() -> str:
    return _form({})


@accounts.post("/doi-mat-khau")
@require(*STAFF)
def change_own_password() -> Response:
    """Take the new password from whoever knows the present one. All other sign-ins of the account end."""
    name, form = required_identity().name, request.form
    present, new = form.get("present", ""), form.get("new", "")
    try:
        attempt(lambda: services().accounts.authenticate(name, present), costly=True)
        if form.get("again", "") != new:
            raise InvalidInput("Hai lần nhập không giống nhau.", field="again")
        services().accounts.set_password(name, new)
    except NotSignedIn:
        return make_response(_form({"present": "Mật khẩu hiện tại không đúng."}), 422)
    except TooManyAttempts as error:
        return make_response(_form({"present": error.message}), 429, {"Retry-After": str(error.retry_after_s)})
    except InvalidInput as error:
        field = "again" if error.details.get("field") == "again" else "new"
        return make_response(_form({field: error.message}), 422)
    sessions.sign_in(services().accounts.authenticate(name, new))
    flash("Đã đổi mật khẩu. Các phiên khác của tài khoản này đã kết thúc.")
    return redirect(url_for("admin.home", **link_here()), 303)


def _form(problems: dict[str, str]) -> str:
    return render_template("auth/own_password.html", problems=problems, who=required_identity())
