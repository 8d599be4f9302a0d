"""The documents name what there is."""

import re
from pathlib import Path

from giaoban.config import PREFIX, SETTINGS

ROOT = Path(__file__).absolute().parents[2]


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", (ROOT / "docs/configuration.md").read_text("utf-8"), re.M))
    ours = {PREFIX + setting.name: setting for setting in SETTINGS}
    assert rows.keys() == ours.keys() | {"HOST", "PORT"}
    for name, setting in ours.items():
        if setting.default not in (None, ""):
            default = int(setting.default) if isinstance(setting.default, bool) else setting.default
            assert rows[name] == f"`{default}`"


def test_settings_are_unique() -> None:
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
