"""Texts that people typed, made fit to store: NFC, no control characters, of a known length."""

import unicodedata

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
    bare = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(char for char in bare if not unicodedata.combining(char))
