"""The application on a disk that is full as long as a file says so: SQLite may not take another page.

SQLite says SQLITE_FULL then as when the disk has no room, at the same place: when a transaction grows the file.
"""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import event

from giaoban import create_app
from giaoban.extensions import db

FULL = Path(os.environ["CRAMPED_DISK"])
PAGES = 2**30

app = create_app()
with app.app_context():

    @event.listens_for(db.engine, "begin")
    def on_begin(connection: Any) -> None:
        most = 1 if FULL.exists() else PAGES  # SQLite takes less than there is for "not one page more"
        connection.connection.dbapi_connection.execute(f"PRAGMA max_page_count={most}")
