"""The measure for fan-out: a bare Flask-SocketIO application that sends the same payload to the same screens.

It checks nothing and stores nothing. `PUT /payload` takes what the next `POST /press` sends.
"""

from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app)
payloads: list[Any] = [{}]


@socketio.on("connect", namespace="/live")
def connect() -> None:
    """Namespaces without a handler refuse their clients."""


@app.put("/payload")
def take_payload() -> dict[str, bool]:
    payloads[0] = request.get_json()
    return {"ok": True}


@app.post("/press")
def press() -> dict[str, bool]:
    socketio.emit("order_snapshot", payloads[0], namespace="/live")
    return {"ok": True}
