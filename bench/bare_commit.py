"""The measure for commands: a bare Flask application whose `POST /row` commits one row, as durably as giaoban does."""

import os
import sqlite3

from flask import Flask, request

app = Flask(__name__)
database = sqlite3.connect(os.environ["BENCH_DATABASE"], isolation_level=None)
for pragma in ("journal_mode=WAL", "synchronous=FULL"):
    database.execute(f"PRAGMA {pragma}")
database.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")


@app.post("/row")
def store() -> dict[str, int | None]:
    database.execute("BEGIN IMMEDIATE")
    row = database.execute("INSERT INTO rows (text) VALUES (?)", (request.get_json()["text"],)).lastrowid
    database.execute("COMMIT")
    return {"id": row}
