"""The lines of a conference's picture: who invites, to what, in which year and where.

`prefix` is what stands before each room's name on its own maket, `day` says whether the day is printed there.
"""

from collections.abc import Mapping
from typing import Any, Final

from giaoban.domain.texts import clean_text

LINES: Final = ("org", "prefix", "kind", "year", "place")  # one line each; `title` holds several
FILLED_IN: Final = "dots"  # the day is filled in by hand
NAMES: Final = (*LINES, "title", "day")
LINE_LONGEST: Final = 120
TITLE_MOST: Final = 4


def checked(typed: Mapping[str, str]) -> dict[str, Any]:
    """The picture's lines as stored: empty ones are left out, `title` is a list of its lines.

    Raises InvalidInput naming the field: a line of more than LINE_LONGEST characters.
    """
    lines = {name: clean_text(typed.get(name, ""), name, longest=LINE_LONGEST) for name in LINES}
    rows = [clean_text(row, "lines", longest=LINE_LONGEST) for row in typed.get("lines", "").splitlines()]
    title = [row for row in rows if row][:TITLE_MOST]
    more: dict[str, Any] = {"title": title} if title else {}
    if typed.get("day") == FILLED_IN:
        more["day"] = FILLED_IN
    return {name: text for name, text in lines.items() if text} | more


def in_year(maket: Mapping[str, Any], before: int, year: int) -> dict[str, Any]:
    """The same picture for another year: "NĂM 2021" becomes "NĂM 2022"; a line without that year stays."""
    line = str(maket.get("year", ""))
    return {**maket, **({"year": line.replace(str(before), str(year))} if line else {})}
