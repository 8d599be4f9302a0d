"""giaoban: runs the running order of a live conference, on every screen of it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from giaoban import admin, api, cli, config, errors, extensions, logs, realtime, screens, web
from giaoban.extensions import db
from giaoban.models.database import set_up_postgresql, set_up_sqlite
from giaoban.services import make_services
from giaoban.services.clock import SystemClock
from giaoban.services.ports import Clock


def create_app(settings: Mapping[str, Any] | None = None, *, clock: Clock | None = None) -> Flask:
    """The whole application; `settings` (names without GIAOBAN_) win over the environment, `clock` over the machine's.

    Neither migrates nor makes tables: `flask db upgrade` does. Raises ValueError naming a setting that does not parse.
    """
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    os.makedirs(app.instance_path, exist_ok=True)
    app.config.from_mapping(config.load(app.instance_path, settings))
    logs.set_up(app.config["LOG_LEVEL"], app.config["LOG_FORMAT"])
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.compact = True  # type: ignore[attr-defined]

    extensions.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            set_up_sqlite(db.engine)
        else:
            set_up_postgresql(db.engine)

    clock = clock or SystemClock(Path(app.instance_path, "clock"))
    live = realtime.Live(app, clock)
    app.extensions["giaoban"] = make_services(app.config, clock, live.publisher, live.lines, live.publisher.projectors)
    live.serve()

    web.register(app)
    api.register(app)
    app.register_blueprint(admin.bp)
    app.register_blueprint(admin.accounts)
    app.register_blueprint(screens.bp)
    errors.register(app)
    app.cli.add_command(cli.giaoban)

    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
