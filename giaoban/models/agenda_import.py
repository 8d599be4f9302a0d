"""Tables that somebody is about to import, kept between the steps: read once, on whichever process the next step is."""

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from giaoban.domain.grid import Sheet, from_data, to_data
from giaoban.extensions import Model


class AgendaImport(Model):
    """A table on its way in. `id` cannot be guessed, `owner` is the actor who alone may see it.

    `packed` holds its sheets as text, so that every database and every backup takes them alike.
    """

    __tablename__ = "agenda_imports"

    id: Mapped[str] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"), index=True)
    owner: Mapped[str]
    file_name: Mapped[str]
    created_at_ms: Mapped[int] = mapped_column(BigInteger)
    applied_version: Mapped[int | None]
    choices: Mapped[dict[str, Any]] = mapped_column(JSON)
    packed: Mapped[str]


def pack(sheets: Sequence[Sheet]) -> str:
    """The sheets as a text that takes little room."""
    return base64.b64encode(zlib.compress(json.dumps(to_data(sheets)).encode(), 6)).decode()


def unpack(packed: str) -> tuple[Sheet, ...]:
    """The sheets that `pack` wrote."""
    return from_data(json.loads(zlib.decompress(base64.b64decode(packed))))
