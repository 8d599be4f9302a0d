"""Finding an endpoint by what people call it: a code, "xã Cao Minh", "TT Chi Lăng, Chi Lăng", "Huyện Bắc Sơn"."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from giaoban.domain.grid import tidy
from giaoban.domain.roster import KIND_WORDS, Unit
from giaoban.domain.speaker import speaker_parts
from giaoban.domain.texts import fold_for_search

_SHORT: Final = {
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "h": "huyện",
    "p": "phường",
    "x": "xã",
    "q": "quận",
    "t": "tỉnh",
}
_BEFORE: Final = re.compile(r"^(?:điểm cầu|phòng họp|thường trực|hđnd|ubnd|đại diện|tổ đại biểu)\s+")
_HALL: Final = ("hội trường", "hội trường tỉnh", "hội trường trung tâm", "điểm cầu trung tâm", "điểm cầu tỉnh")
_NO_LETTER: Final = re.compile(r"[\W_]+")


class RoomNames:
    """The endpoints of one conference by their names."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._by_code = {unit.code: unit for unit in units}
        self._named: dict[str, dict[str, set[str]]] = {}  # without diacritics → with them → codes
        for unit in self._by_code.values():
            for name in self._names_of(unit):
                self._named.setdefault(fold_for_search(name), {}).setdefault(name, set()).add(unit.code)

    def _names_of(self, unit: Unit) -> set[str]:
        own = {_key(unit.name), _key(unit.kind_and_name)}
        if unit.level == "province":
            return own | {_key(name) for name in _HALL}
        parent = self._by_code.get(unit.parent_code or "")
        above = {_key(parent.name), _key(parent.kind_and_name)} if parent else set()
        return own | {f"{name} {of}" for name in own for of in above}

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def find(self, text: str) -> list[str]:
        """The codes that the text may mean: one, or several, or none."""
        if text in self._by_code:
            return [text]
        key = _key(text)
        named = self._named.get(fold_for_search(key), {})
        same = named.get(key)  # spelled with the very diacritics
        codes = same if same else set().union(*named.values())
        return sorted(codes, key=list(self._by_code).index)

    def of_speaker(self, speaker: str) -> str | None:
        """The one endpoint from which that office speaks; None when there is none, or no telling."""
        found = self.find(speaker_parts(speaker)[1])
        return found[0] if len(found) == 1 else None

    @property
    def codes(self) -> Mapping[str, Unit]:
        return self._by_code


def _key(text: str) -> str:
    """In small letters and without marks, short words written out, offices taken off."""
    words = _NO_LETTER.sub(" ", tidy(text).casefold()).split()
    whole = " ".join(_SHORT.get(word, word) if at + 1 < len(words) else word for at, word in enumerate(words))
    while (bare := _BEFORE.sub("", whole)) != whole and bare and bare not in KIND_WORDS.values():
        whole = bare
    return whole
