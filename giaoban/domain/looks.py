"""How a conference's stage looks: the tone of its red, the ornament in the ground, and how the hall sees overtime.

Each name is what stands in `data-tone`, `data-ornament` and `data-overtime` of the stage's pages;
`static/css/looks.css` says what it looks like. A name that is not known there, a newer program's, looks as the first
one does.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from giaoban.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Look:
    """One way: its name on the wire, its Vietnamese words, and what they mean."""

    name: str
    words: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Tone(Look):
    """`ground` and `shade` are the hex colours of the ground and of the ornament, for what is painted without the style
    sheet: a page before it is there, and paper."""

    ground: str = ""
    shade: str = ""


# On every tone yellow and cream letters reach 7:1 (tests/js/contrast.test.js). The flag's own red does not: 4.2.
TONES: Final = (
    Tone("crimson", "Đỏ thắm", "Đỏ của ma két theo kế hoạch", "#9a0a0f", "#86080c"),
    Tone("vermilion", "Đỏ son", "Ấm hơn, ngả cam", "#991503", "#861203"),
    Tone("velvet", "Đỏ nhung", "Trầm hơn, hợp phòng tối", "#7d0510", "#6b040d"),
    Tone("plum", "Đỏ mận", "Lạnh hơn, ngả tím", "#7c0a2e", "#6d0828"),
    Tone("mahogany", "Đỏ gụ", "Sẫm nhất, ngả nâu", "#690c0e", "#5a0a0c"),
)
ORNAMENTS: Final = (
    Look("drum", "Trống đồng", "Mặt trống với đủ các vành hoa văn"),
    Look("sun", "Mặt trời", "Ngôi sao mười bốn cánh và hai vành tròn"),
    Look("none", "Không có", "Nền đỏ trơn"),
)
OVERTIMES: Final = (
    Look("clear", "Rõ", "Nền đen, vạch chéo trên và dưới"),
    Look("gentle", "Dịu", "Nền đỏ sẫm, khung kép, chữ màu kem"),
)
CHOICES: Final[Mapping[str, tuple[Look, ...]]] = {"tone": TONES, "ornament": ORNAMENTS, "overtime": OVERTIMES}
_REFUSED: Final = {
    "tone": "Xin chọn một sắc đỏ trong danh sách.",
    "ornament": "Xin chọn một hoa văn nền trong danh sách.",
    "overtime": "Xin chọn một cách hiện khi quá giờ trong danh sách.",
}


@dataclass(frozen=True, slots=True)
class Looks:
    """All of it for one conference."""

    tone: str = TONES[0].name
    ornament: str = ORNAMENTS[0].name
    overtime: str = OVERTIMES[0].name

    def as_json(self) -> dict[str, str]:
        """`{tone, ornament, overtime}`."""
        return asdict(self)


USUAL: Final = Looks()  # where nobody has chosen


def checked(typed: Mapping[str, str]) -> Looks:
    """The looks that a form holds. Raises InvalidInput naming the field whose name is missing or unknown."""
    for field, choices in CHOICES.items():
        if typed.get(field) not in [choice.name for choice in choices]:
            raise InvalidInput(_REFUSED[field], field=field, allowed=[choice.name for choice in choices])
    return Looks(**{field: typed[field] for field in CHOICES})


def tone_of(name: str) -> Tone:
    """The tone of that name; the first one for a name that is not known."""
    return next((tone for tone in TONES if tone.name == name), TONES[0])


def ground(tone: str) -> str:
    """The hex colour of that tone's ground."""
    return tone_of(tone).ground
