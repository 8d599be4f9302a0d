"""The secret in its file: there once it is needed, and never lost or empty."""

import errno
from pathlib import Path
from typing import Any

import pytest

from giaoban import config
from giaoban.files import whole_file


def test_it_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "secret_key"

    secret = config.kept_secret(path)

    assert len(secret) >= 48
    assert config.kept_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_left_empty_is_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.touch(0o600)

    secret = config.kept_secret(path)

    assert len(secret) >= 48
    assert path.read_text() == secret + "\n"


def test_a_disk_that_is_full_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret_key"
    old = config.kept_secret(path)

    def full(file: Path, **more: Any) -> Any:
        if file == path:
            raise OSError(errno.ENOSPC, "full", str(file))
        return whole_file(file, **more)

    monkeypatch.setattr(config, "whole_file", full)
    with pytest.raises(OSError, match="full"):
        config.adopt_secret(path, "another")

    assert config.kept_secret(path) == old
