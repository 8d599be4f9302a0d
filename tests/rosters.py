"""Rosters that no province has, and all screens must bear: any number of levels, districts and rooms, any name."""

from collections.abc import Sequence

from giaoban.domain.roster import Unit, full_name

PROVINCE = Unit("X", "province", "tinh", "Ẵng Mường", None)
# Communes of each district: one has none, one a single one, some more than a column holds. 700 rooms in all.
SIZES = (60, 1, 0, 25, 26, 27, 33, 52, 48, 70, 84, 90, 100, 70)
LONGEST = "Thượng Nguyễn Khuyển Ẵm Ễnh Ộc Ửng Ỵ"
_ONSETS = tuple("BCDĐGHKLMNPRSTVX") + ("Ch", "Gi", "Kh", "Nh", "Ph", "Qu", "Th", "Tr")
_NUCLEI = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
_CODAS = ("", "n", "ng", "c", "m", "t")
_DISTRICT_KINDS = ("huyen", "thanh_pho", "thi_xa", "quan")
_COMMUNE_KINDS = ("xa", "phuong", "thi_tran")


def _name(number: int) -> str:
    """One after the other they hold every vowel with every tone."""
    first, second = number % len(_NUCLEI), (number * 5 + 7) % len(_NUCLEI)
    one = _ONSETS[number % len(_ONSETS)] + _NUCLEI[first] + _CODAS[number % len(_CODAS)]
    return f"{one} {_ONSETS[number * 7 % len(_ONSETS)]}{_NUCLEI[second]}{_CODAS[number // 5 % len(_CODAS)]}"


def three_levels(sizes: Sequence[int] = SIZES) -> tuple[Unit, ...]:
    """A province of as many districts, each with so many communes; some names are as long as one may be."""
    units = [PROVINCE]
    for place, size in enumerate(sizes):
        code = f"D{place:02}"
        units.append(Unit(code, "district", _DISTRICT_KINDS[place % len(_DISTRICT_KINDS)], _name(1000 + place), "X"))
        units += [_commune(len(units) + number, code) for number in range(size)]
    return tuple(units)


def two_levels(size: int) -> tuple[Unit, ...]:
    """A province of so many communes without districts."""
    return (PROVINCE, *(_commune(number + 1, "X") for number in range(size)))


def _commune(number: int, parent_code: str) -> Unit:
    name = f"{LONGEST} {number}" if number % 97 == 0 else _name(number)
    return Unit(f"C{number:04}", "commune", _COMMUNE_KINDS[number % len(_COMMUNE_KINDS)], name, parent_code)


def as_rows(units: Sequence[Unit]) -> list[dict[str, object]]:
    """The rooms of the roll call, as the contract's endpoints: nobody has said anything, nobody is on the line."""
    by_code = {unit.code: unit for unit in units}
    return [
        {
            "code": unit.code,
            "level": unit.level,
            "kind": unit.kind,
            "name": unit.name,
            "full_name": full_name(unit, by_code.get(unit.parent_code or "")),
            "parent_code": unit.parent_code,
            "effective": None,
            "connected": False,
            "last_seen_at_ms": None,
        }
        for unit in units
        if unit.level != "province"
    ]
