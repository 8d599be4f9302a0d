"""How much and how fast anybody may write: sizes of bodies, writes a second of whoever is signed in, uploads.

Reading is not counted here: hundreds of rooms come from one address, and what they read is cheap.
"""

from typing import Final

from flask import Flask, current_app, request
from flask_login import current_user

from giaoban.domain.errors import TooManyRequests
from giaoban.pace import Pace
from giaoban.services.identity import Identity

BODY_MOST: Final = 128 * 1024  # bytes; a command or a form has a few hundred
FIELDS_MOST: Final = 100
DOCUMENTS: Final = "admin.add_material"
UPLOADS: Final = {  # endpoint → bytes
    DOCUMENTS: 0,  # the setting DOCUMENT_MB, and one more: the service's own limit has a sentence of its own
    "admin.import_roster": 2 * 1024 * 1024,
    "admin.read_agenda_file": 8 * 1024 * 1024,  # above its own limit, which says so in a sentence of its own
}
UPLOADS_PER_S: Final = 1
PAIRINGS_PER_S: Final = 2  # codes for screens, which anybody may ask for, of one address
DRAWINGS_PER_S: Final = 2  # makets of one room: they are set one after the other, and the paper fallback behind them
STAFF_FACTOR: Final = 40  # a secretary's program may send the whole roll call at once; rooms are the many


def register(app: Flask) -> None:
    """Before the check against forged requests, which reads the form."""
    app.config.from_mapping(MAX_CONTENT_LENGTH=BODY_MOST, MAX_FORM_MEMORY_SIZE=BODY_MOST, MAX_FORM_PARTS=FIELDS_MOST)
    app.extensions["giaoban.writes"] = Pace(app.config["WRITES_PER_S"])
    app.extensions["giaoban.staff_writes"] = Pace(app.config["WRITES_PER_S"] * STAFF_FACTOR)
    app.extensions["giaoban.uploads"] = Pace(UPLOADS_PER_S)
    app.extensions["giaoban.pairings"] = Pace(PAIRINGS_PER_S)
    app.extensions["giaoban.drawings"] = Pace(DRAWINGS_PER_S)
    app.before_request(_give_room)


def _give_room() -> None:
    """Only for the staff: of whom nobody knows, nothing large is read just to be refused."""
    if request.endpoint in UPLOADS and current_user.is_authenticated and current_user.identity.is_staff:
        document_most = (current_app.config["DOCUMENT_MB"] + 1) << 20
        request.max_content_length = UPLOADS[request.endpoint] or document_most


def count_write(app: Flask, who: Identity) -> None:
    """One more write of that person, over all their sign-ins. Raises TooManyRequests."""
    if app.extensions["giaoban.staff_writes" if who.is_staff else "giaoban.writes"].take(who.key) < 0:
        raise TooManyRequests()


def count_request(who: Identity) -> None:
    """The same for the present request, which may bring a file. Raises TooManyRequests."""
    count_write(current_app, who)
    if request.endpoint in UPLOADS and current_app.extensions["giaoban.uploads"].take(who.key) < 0:
        raise TooManyRequests(retry_after_s=10)


def count_drawing(who: Identity) -> None:
    """One more maket that a room has set for it. Raises TooManyRequests."""
    if current_app.extensions["giaoban.drawings"].take(who.key) < 0:
        raise TooManyRequests()


def count_pairing(address: str) -> None:
    """One more code that a screen of that address asks for. Raises TooManyRequests."""
    if current_app.extensions["giaoban.pairings"].take(address) < 0:
        raise TooManyRequests()
