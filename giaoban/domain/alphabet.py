"""Names in the order of a Vietnamese dictionary: Ă and Â after A, Đ after D, and tones only where all letters agree."""

import unicodedata
from typing import Final

_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_ORDER: Final = {letter: place for place, letter in enumerate(_LETTERS)}
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng

Key = tuple[tuple[tuple[tuple[int, int], ...], tuple[int, ...]], ...]


def dictionary_key(name: str) -> Key:
    """Sorts names, whatever their case and normal form; signs and digits come before letters."""
    return tuple(_syllable(part) for part in name.casefold().split())


def _syllable(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    letters = []
    tones = []
    for char in unicodedata.normalize("NFC", text):
        letter, tone = _without_tone(char)
        place = _ORDER.get(letter)
        letters.append((0, ord(letter)) if place is None else (1, place))
        tones.append(tone)
    return tuple(letters), tuple(tones)


def initial(name: str) -> str:
    """The letter under which a dictionary lists the name: "Đ" of "Đồng Đăng", "Ă" of "Ẳng"; "" of no name."""
    stripped = unicodedata.normalize("NFC", name).strip()
    return _without_tone(stripped[0].casefold())[0].upper() if stripped else ""


def _without_tone(char: str) -> tuple[str, int]:
    """A letter without its tone mark, and the tone's place in the order."""
    parts = unicodedata.normalize("NFD", char)
    tone = next((_TONES[part] for part in parts if part in _TONES), 0)
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    return bare[:1], tone
