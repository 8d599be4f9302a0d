"""How a speaker's office is split for the screens: the body on one line, the unit large on the next."""

import re
import unicodedata
from typing import Final

# The unit is of at least two words: a mere "tỉnh" cannot stand alone in large letters.
_BODY: Final = re.compile(r"^((?:Thường trực )?HĐND) (\S+ .+)$")


def heading(kind: str, title: str, speaker: str | None) -> str:
    """What an item is called in one line: the unit of a paper in full, else its title."""
    return (kind == "paper" and speaker_parts(speaker)[1]) or title


def speaker_parts(speaker: str | None) -> tuple[str, str]:
    """(body, unit) of an office: "Thường trực HĐND huyện Bắc Sơn" → ("THƯỜNG TRỰC HĐND", "Huyện Bắc Sơn").

    The body is "" when the text does not begin with one; the unit keeps its words, first letter capital.
    """
    whole = " ".join(unicodedata.normalize("NFC", speaker or "").split())
    match = _BODY.match(whole)
    body, unit = match.groups() if match else ("", whole)
    return body.upper(), unit[:1].upper() + unit[1:]
