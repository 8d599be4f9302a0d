"""`flask giaoban rehearse` against a real server: all rooms, at great speed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from giaoban.extensions import db
from giaoban.rehearsal import walk
from giaoban.rehearsal.room import Room
from giaoban.rehearsal.screen import Screen
from giaoban.services import Services
from tests.conftest import make_app
from tests.live_server import LiveServer, free_port


@pytest.fixture
def its_app(server: LiveServer) -> Iterator[Flask]:
    """The command line's application, on the server's own database."""
    app = make_app(server.database)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def rehearse(app: Flask, url: str, *options: str) -> Result:
    """In a thread of its own, as it would be alone in its process: Playwright keeps an event loop in the tests' one."""
    arguments = ["giaoban", "rehearse", "--url", url, "--speed", "50000", *options]
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(app.test_cli_runner().invoke, args=arguments).result()


def slugs_and_users(app: Flask) -> tuple[list[str], list[str]]:
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        slugs = [conference.slug for conference in services.conferences.list()]
        return slugs, [user.username for user in services.accounts.list_users()]


def test_a_rehearsal_loses_nothing_and_leaves_nothing_behind(
    server: LiveServer, its_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "JOINED_WITHIN_S", 150)  # two hundred screens on a machine that has more to do
    monkeypatch.setattr(walk, "SEEN_WITHIN_S", 90)
    before = slugs_and_users(its_app)

    result = rehearse(its_app, server.url)

    assert result.exit_code == 0, result.output
    assert "23 mục · 211/211 điểm cầu đã điểm danh · 212 màn hình" in result.output
    assert "mất: 0" in result.output
    assert slugs_and_users(its_app) == before
    with its_app.app_context():
        services: Services = its_app.extensions["giaoban"]
        conference = services.conferences.current()
        assert conference.version == 0
        assert services.roll_call.totals(conference.id)["present"] == 0


@pytest.mark.own_server
def test_what_is_lost_is_named_and_the_copy_can_be_kept(
    server: LiveServer, its_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_in, show = Room.check_in, Screen.show
    _, users = slugs_and_users(its_app)

    async def swallowed(room: Room, *arguments: Any) -> bool:
        return True if room.code == "06010" else await check_in(room, *arguments)

    def deaf(screen: Screen, snapshot: Any, *arguments: Any) -> None:
        if not (snapshot["version"] == 3 and screen.name == "Huyện Đình Lập"):
            show(screen, snapshot, *arguments)

    monkeypatch.setattr(Room, "check_in", swallowed)
    monkeypatch.setattr(Screen, "show", deaf)
    monkeypatch.setattr(walk, "SEEN_WITHIN_S", 2)

    result = rehearse(its_app, server.url, "--keep")

    assert result.exit_code == 1, result.output
    lost = [line.strip() for line in result.output.splitlines() if line.strip().startswith("mất:")]
    assert "mất: Huyện Đình Lập: không nhận được phiên bản 3" in lost
    assert any("điểm danh không có trong danh sách" in sentence for sentence in lost)
    (_, copy), users_after = slugs_and_users(its_app)
    assert f"/dieu-hanh?hoi-nghi={copy}" in result.output
    assert users_after == users
    with its_app.app_context():
        services: Services = its_app.extensions["giaoban"]
        kept = services.conferences.find(copy)
        log = services.running_order.log(kept, 0)
        asked = {item.id for item in services.running_order.load(kept).items if item.kind == "paper"}
    answered = {line["data"]["answer"]["item_id"] for line in log if line["kind"] == "readiness"}
    assert answered == asked  # each room was ready for its part


def test_a_server_that_does_not_know_the_copy_is_told_apart(server: LiveServer, app: Flask) -> None:
    before = slugs_and_users(app)

    result = rehearse(app, server.url)

    assert result.exit_code == 1
    assert "phải dùng cùng cơ sở dữ liệu" in result.output
    assert slugs_and_users(app) == before


def test_no_server_is_a_sentence_and_leaves_no_copy(app: Flask) -> None:
    before = slugs_and_users(app)

    result = rehearse(app, f"http://127.0.0.1:{free_port()}")

    assert result.exit_code == 1
    assert "không trả lời" in result.output
    assert slugs_and_users(app) == before
