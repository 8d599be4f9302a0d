"""Ids that clients give to what they send, by which it counts once however often it comes."""

import re
import uuid
from typing import Final

from giaoban.domain.errors import InvalidInput

UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def client_id(value: object, field: str) -> str:
    """The UUID in lower case, as it is stored. Raises InvalidInput for anything else."""
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise InvalidInput(f"“{field}” phải là một UUID.", field=field)
    return value.lower()


def id_of_form(form_id: str, said: str) -> str:
    """The id of what a form says: the same for the same form sent twice, another for each thing that it may say.

    A form without an id of its own, or with one that is none, makes a new one each time.
    """
    try:
        return str(uuid.uuid5(uuid.UUID(form_id), said))
    except ValueError:
        return str(uuid.uuid4())
