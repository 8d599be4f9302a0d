"""The file that `backup` writes: whose it is, what it overwrites, what is kept and what goes."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.fakes import FakeClock
from tests.integration.backups import backed_up, run
from tests.integration.backups import morning as morning


def test_a_backup_is_for_its_owner_and_overwrites_nothing_unless_told(morning: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    file = backed_up(morning, folder / "b")
    first = file.read_bytes()

    assert file.stat().st_mode & 0o777 == 0o600
    status, said = run(morning, "backup", str(file))
    assert (status, "--force" in said, file.read_bytes() == first) == (1, True, True)
    morning.extensions["giaoban"].clock.advance(1)
    assert backed_up(morning, file, "--force").read_bytes() != first
    assert run(morning, "backup", str(folder / "none" / "b"))[0] == 1
    assert [path.name for path in folder.iterdir()] == ["b"]


def test_a_backup_that_fails_leaves_nothing(morning: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    old = backed_up(morning, folder / "b").read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("giaoban.files.os.fsync", full)
    status, said = run(morning, "backup", str(folder / "b"), "--force")

    assert (status, "No space" in said) == (1, True)
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("b", old)]


def test_a_folder_keeps_the_newest(morning: Flask, tmp_path: Path, clock: FakeClock) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "giaoban-notes.txt").write_text("not ours")

    for _ in range(4):
        backed_up(morning, folder, "--keep", "2")
        clock.advance(300_000)

    names = sorted(path.name for path in folder.iterdir())
    assert names == ["giaoban-20211126T005000Z.backup", "giaoban-20211126T005500Z.backup", "giaoban-notes.txt"]
    assert run(morning, "backup", str(tmp_path / "b"), "--keep", "2")[0] == 2


def test_what_a_killed_backup_left_goes_after_a_day(morning: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    left, fresh = folder / ".b.0a0b0c0d.unfinished", folder / ".b.01020304.unfinished"
    for path in (left, fresh):
        path.write_bytes(b"half")
    two_days_ago_s = time.time() - 2 * 86_400
    os.utime(left, (two_days_ago_s, two_days_ago_s))

    backed_up(morning, folder, "--keep", "1")

    assert (left.exists(), fresh.exists()) == (False, True)
