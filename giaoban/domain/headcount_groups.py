"""Who sits in a room: the groups by which each level counts its people, as the plan of the conference names them.

The names are the plan's (III.1, "Thành phần"), without the name of the unit, so that they fit any roster; the last
group of each level takes those whom the host invites besides ("số lượng, thành phần do Thường trực HĐND … mời dự").
They are what our forms offer. A program may send groups of other names: the contract leaves them open.
"""

from collections.abc import Mapping
from typing import Final

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "province": (  # III.1.a
        "Thường trực HĐND tỉnh",
        "Đại diện lãnh đạo UBND tỉnh",
        "Đại diện lãnh đạo Ban Thường trực UBMTTQ Việt Nam tỉnh",
        "Các Phó Trưởng ban của HĐND tỉnh",
        "Đại diện các Sở, Văn phòng UBND tỉnh",
        "Văn phòng Đoàn ĐBQH và HĐND tỉnh",
        "Phóng viên báo, đài",
        "Khách mời khác",
    ),
    "district": (  # III.1.b
        "Lãnh đạo Huyện ủy (Thành ủy), HĐND, UBND, Ủy ban MTTQ",
        "Tổ trưởng Tổ đại biểu",
        "Lãnh đạo các Ban HĐND",
        "Đại diện lãnh đạo Văn phòng HĐND-UBND",
        "Khách mời khác",
    ),
    "commune": (  # III.1.c
        "Đại diện lãnh đạo Đảng ủy, HĐND, UBND, Ủy ban MTTQ",
        "Lãnh đạo các Ban HĐND",
        "Công chức Văn phòng giúp việc HĐND",
        "Khách mời khác",
    ),
}


def groups_of(level: str) -> tuple[str, ...]:
    """The groups that rooms of that level are asked about, in the plan's order; none for a level it does not know."""
    return GROUPS.get(level, ())


def in_order(level: str, told: Mapping[str, int]) -> dict[str, int]:
    """What was told by group: the level's own groups first, in the plan's order, then any others by name."""
    own = [name for name in groups_of(level) if name in told]
    return {name: told[name] for name in (*own, *sorted(told.keys() - set(own)))}
