"""Texts that people typed, made fit to store: NFC, no control characters, of a known length."""

import unicodedata
from typing import Final

from giaoban.domain.errors import InvalidInput


def clean_text(value: object, field: str, *, longest: int, shortest: int = 0) -> str:
    """`value` as one NFC line without outer blanks; line breaks and tabs become spaces.

    Raises InvalidInput when it is no text, holds control characters or lone surrogates, or when its length in
    characters is not within `shortest`..`longest`.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"“{field}” phải là chữ.", field=field)
    text = unicodedata.normalize("NFC", value)
    text = "".join(" " if char in "\r\n\t\v\f\u2028\u2029" else char for char in text).strip()
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise InvalidInput(f"“{field}” có ký tự không dùng được.", field=field)
    if not shortest <= len(text) <= longest:
        raise InvalidInput(
            f"“{field}” phải dài từ {shortest} đến {longest} ký tự (hiện có {len(text)}).",
            field=field,
            length=len(text),
            shortest=shortest,
            longest=longest,
        )
    return text


def fold_for_search(text: str) -> str:
    """`text` without diacritics, in lower case, for comparing what was typed with a name ("hoa thang")."""
    bare = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d").replace("ð", "d")
    return "".join(char for char in bare if not unicodedata.combining(char))


# Written short in names, and typed so.
_KINDS: Final = {"tt": ("thi", "tran"), "tp": ("thanh", "pho"), "tx": ("thi", "xa")}


def search_words(text: str) -> tuple[str, ...]:
    """The words of a name, or of what was typed to find it: folded, without signs, kinds of units written out."""
    folded = "".join(char if char.isalnum() else " " for char in fold_for_search(text))
    return tuple(word for typed in folded.split() for word in _KINDS.get(typed, (typed,)))


def search_key(full_name: str, code: str) -> str:
    """What a unit is found by: "xa cao minh, huyen trang dinh, 06007"; the first part is its own name."""
    return fold_for_search(f"{full_name}, {code}")


def search_rank(key: str, typed: str) -> int | None:
    """How well a unit of that key answers what was typed, 0 best; None when it does not at all.

    0: its code, or its own name as a whole. 1: a part of its own name, the last word perhaps unfinished. 2: the same
    of its name with its district's. 3: each word begins some word of it. Nothing typed finds everything.
    """
    wanted = search_words(typed)
    parts = [search_words(part) for part in key.split(",")]
    words = [word for part in parts for word in part]
    phrase = " " + " ".join(wanted)
    own = " " + " ".join(parts[0])
    if not wanted or wanted == parts[-1] or own.endswith(phrase):
        return 0
    if phrase in own:
        return 1
    if phrase in " " + " ".join(words):
        return 2
    if all(any(word.startswith(part) for word in words) for part in wanted):
        return 3
    return None
