"""Every word of the project that people may see: one form of each letter, and marks where the roster has them."""

import re
import subprocess
import unicodedata
from pathlib import Path

from jinja2 import Environment

from giaoban.domain.speaker import speaker_parts
from tests.unit.test_typeset import order as typeset_order
from tests.unit.test_typeset import text as typeset_text

ROOT = Path(__file__).absolute().parents[2]
TEXTS = (".py", ".html", ".js", ".css", ".typ", ".csv", ".json", ".md", ".svg")
# "Hòa", "Thụy", "khỏe", never "hoà", "thuỵ", "khoẻ"; "quý" is no such pair, and a final letter ends the question.
MARK_ON_THE_SECOND = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?![^\W\d_])", re.IGNORECASE)
CITY = "THÀNH PHỐ LẠNG SƠN"
SHOWN = ("giaoban/", "templates/", "static/")
LETTERS = "bcdđghklmnpqrstvx" + "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưy"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)


def written() -> list[tuple[str, str]]:
    """Path and text of all that is in the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [path for path in listed.split("\0") if path.endswith(TEXTS) and (ROOT / path).is_file()]
    return [(path, (ROOT / path).read_text("utf-8-sig")) for path in paths]


def test_every_text_is_composed_and_its_marks_stand_as_in_the_roster() -> None:
    decomposed, misplaced = [], []
    for path, text in written():
        decomposed += [path] if not unicodedata.is_normalized("NFC", text) else []
        if path.startswith(SHOWN):
            misplaced += [f"{path}: {found.group()}" for found in MARK_ON_THE_SECOND.finditer(text)]
    assert decomposed == []
    assert misplaced == []


def test_the_rule_knows_what_it_looks_for() -> None:
    assert [bool(MARK_ON_THE_SECOND.search(word)) for word in ("hoà", "KHOẺ", "thuỵ", "Hoá")] == [True] * 4
    kept = ("Hòa", "toàn", "hoạt", "quý vị", "Quỳnh", "Thụy", "khỏe", "huyện", "thuyền")
    assert [word for word in kept if MARK_ON_THE_SECOND.search(word)] == []


def test_capitals_keep_their_marks_in_python_templates_and_documents() -> None:
    for word in ("thành phố Lạng Sơn", unicodedata.normalize("NFD", "thành phố Lạng Sơn")):
        assert unicodedata.normalize("NFC", word.upper()) == CITY
    assert len(LETTERS.upper()) == len(LETTERS)
    assert LETTERS.upper().lower() == LETTERS
    assert unicodedata.is_normalized("NFC", LETTERS.upper())
    assert speaker_parts("Thường trực HĐND xã Hòa Thắng, huyện Hữu Lũng")[0] == "THƯỜNG TRỰC HĐND"
    assert Environment().from_string("{{ word|upper }}").render(word="thành phố Lạng Sơn") == CITY
    document = typeset_text(typeset_order(kind=f"thành phố Lạng Sơn {LETTERS}"))
    assert CITY in document
    assert LETTERS.upper() in document.replace(" ", "")
