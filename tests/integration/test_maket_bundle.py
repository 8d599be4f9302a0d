"""The panel from which one ZIP of all makets is asked for, as staff at two server processes see and use it."""

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from giaoban.documents import maket_worker
from giaoban.documents.maket_jobs import Jobs
from giaoban.domain.maket_bundle import INTERRUPTED, Progress
from giaoban.domain.maket_sizes import KNOWN
from giaoban.domain.roster import Unit
from giaoban.models import Conference
from giaoban.seed import demo
from giaoban.services import Services
from giaoban.services.conferences import NewConference
from giaoban.services.identity import cli_identity
from giaoban.services.maket_bundle import KEPT_MS
from tests.conftest import close, identity_of, make_app
from tests.databases import Databases
from tests.fakes import OPENING_AT_MS, FakeClock
from tests.integration.forms import HTMX, send
from tests.integration.maket_bundles import WORK, Worker, asked, plainly
from tests.live_server import LiveServer
from tests.waiting import asked_until

AT = f"/quan-tri/hoi-nghi/{demo.SLUG}/ma-ket/tat-ca"
Browser = Callable[..., FlaskClient]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ma-ket"


@pytest.fixture
def app(database: str, clock: FakeClock, folder: Path) -> Iterator[Flask]:
    app = make_app(database, clock, MAKET_FOLDER=str(folder))
    yield app
    close(app)


@pytest.fixture
def other_app(database: str, clock: FakeClock, folder: Path) -> Iterator[Flask]:
    """Another process of the same server."""
    app = make_app(database, clock, MAKET_FOLDER=str(folder))
    yield app
    close(app)


class Held:
    """A worker in this process, busy with something of another conference until `work` is called: what is asked for
    meanwhile waits, and no process is started."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        _, self._lock = jobs.ask(asked("before", at_ms=0, conference_id=0), WORK)
        self.worker = Worker(jobs)

    def work(self, render: maket_worker.Render = plainly) -> None:
        self.worker.work(self._lock, render)


@pytest.fixture
def held(folder: Path) -> Held:
    return Held(Jobs(folder))


def press(client: FlaskClient, path: str = AT, /, **fields: str) -> Any:
    return send(client, path, AT, headers=HTMX, **(fields or {"size": "a4", "form": "pdf"}))


def only_job(folder: Path) -> str:
    return next(job.id for job in Jobs(folder).look() if job.request.slug == demo.SLUG)


def test_two_processes_show_the_same_progress_and_give_the_same_file(
    signed_in: Browser, other_app: Flask, folder: Path, held: Held
) -> None:
    mc, secretary = signed_in("mc"), browser_at(other_app, "secretary")

    waiting = press(mc).text
    again = press(secretary).text  # the same inputs: the same one
    job_id = only_job(folder)
    seen: list[str] = []

    def render(*given: Any) -> bytes:
        if any(name in given[0]["title"] for name in ("tỉnh Lạng Sơn", "huyện Đình Lập")):
            seen.append(secretary.get(AT, headers=HTMX).text)
        return plainly(*given)

    held.work(render)
    done = secretary.get(f"{AT}?theo={job_id}", headers=HTMX).text

    assert "<html" not in waiting
    assert "Đang chờ tệp trước tạo xong" in waiting
    assert f"theo={job_id}" in waiting
    assert again.count("bundle__r") == 1
    assert f"theo={job_id}" not in again  # who asked first gets it at once, others by the link
    assert '<progress max="212" value="0"' in seen[0]
    assert '<b class="num">0/212</b>' in seen[0]
    assert '<progress max="212" value="199"' in seen[1]
    assert "every 2s" in seen[-1]
    assert "212/212" in done
    assert "every 2s" not in done
    assert f'data-fetch="{AT}/{job_id}.zip"' in done
    assert "data-fetch" not in secretary.get(AT, headers=HTMX).text

    for client in (mc, secretary):
        with client.get(f"{AT}/{job_id}.zip") as answer:
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == "application/zip"
            assert answer.headers["Content-Disposition"] == f"attachment; filename=ma-ket-{demo.SLUG}-a4-pdf.zip"
            assert "no-store" in answer.headers["Cache-Control"]
            with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
                assert len(archive.namelist()) == 212
                assert archive.testzip() is None
    with mc.get(f"{AT}/{job_id}.zip", headers={"Range": "bytes=0-3"}) as part:
        assert (part.status_code, part.data) == (206, b"PK\x03\x04")


def browser_at(app: Flask, role: str) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        key = services.accounts.begin(identity_of(services, role)).session_key
    with client.session_transaction() as session:
        session["_user_id"] = key
        session["_fresh"] = True
    return client


def test_what_has_changed_since_is_not_handed_out_as_current(
    signed_in: Browser, app: Flask, folder: Path, held: Held
) -> None:
    mc = signed_in("mc")
    press(mc)
    held.work()
    job_id = only_job(folder)
    assert f"{job_id}.zip" in mc.get(AT, headers=HTMX).text

    with app.app_context():
        services: Services = app.extensions["giaoban"]
        lines = {"kind": "HỘI NGHỊ", "lines": "GIAO BAN", "year": "NĂM 2022"}
        services.conference_life.set_maket(services.conferences.current(), lines, identity_of(services, "admin"))
    page = mc.get(AT, headers=HTMX).text
    refused = mc.get(f"{AT}/{job_id}.zip")

    assert f"{job_id}.zip" not in page
    assert "Đã cũ" in page
    assert "Tạo lại" in page
    assert refused.status_code == 409
    assert "Xin tạo lại" in refused.text


def test_anybody_of_the_staff_may_cancel_and_all_see_who_did(
    signed_in: Browser, other_app: Flask, folder: Path, held: Held
) -> None:
    press(signed_in("mc"))
    job_id = only_job(folder)

    cancelled = press(browser_at(other_app, "technician"), f"{AT}/{job_id}/huy", nothing="").text
    held.work()

    for page in (cancelled, signed_in("mc").get(AT, headers=HTMX).text):
        assert "Đã hủy lúc" in page
        assert "technician (Kỹ thuật)" in page
        assert "every 2s" not in page
    assert signed_in("mc").get(f"{AT}/{job_id}.zip").status_code == 404
    assert "bundle__r" not in press(signed_in("mc"), f"{AT}/{job_id}/huy", nothing="").text  # the line is put away


def test_without_scripts_it_is_a_page_that_comes_again_by_itself_while_something_is_made(
    signed_in: Browser, folder: Path, held: Held
) -> None:
    mc = signed_in("mc")

    answer = send(mc, AT, AT, size="khac", other_size="1200x800", form="svg")
    page = mc.get(answer.location).text
    held.work()
    after = mc.get(AT).text

    assert (answer.status_code, answer.location) == (303, AT)
    assert "<html" in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert "Khổ 1200 × 800 mm, SVG" in page
    assert "http-equiv" not in after
    assert f"{only_job(folder)}.zip" in after


def test_what_cannot_be_made_is_refused_in_words_and_what_was_typed_stays(
    signed_in: Browser, app: Flask, folder: Path, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    mc = signed_in("mc")
    for fields, status, words in (
        ({"size": "khac", "other_size": "90 x", "form": "png"}, 422, "ví dụ 1200x800"),
        ({"size": "a4", "form": "exe"}, 422, "Xin chọn dạng tệp."),
        ({}, 422, "ví dụ 1200x800"),
    ):
        answer = press(mc, AT, **(fields or {"nothing": ""}))
        assert answer.status_code == status
        assert words in answer.text
    refused = press(mc, AT, size="khac", other_size="90 x", form="png").text
    assert 'value="90 x"' in refused
    assert '<option value="png" selected>' in refused

    services: Services = app.extensions["giaoban"]
    monkeypatch.setattr(services.maket_bundles, "_spare_bytes", 2**62)
    full = press(mc)
    assert full.status_code == 409
    assert "không còn đủ chỗ trên đĩa" in full.text
    assert [job.request.slug for job in Jobs(folder).look()] == ["giao-ban"]


def test_how_one_ended_is_said_in_words(signed_in: Browser, folder: Path, held: Held, app: Flask) -> None:
    mc = signed_in("mc")
    press(mc)

    def render(data: Mapping[str, Any], *others: Any) -> bytes:
        if "Cao Minh" in data["title"] or "cao minh" in data["title"]:
            raise RuntimeError("no such letter")
        return plainly(data, *others)

    held.work(render)
    page = mc.get(AT, headers=HTMX).text
    assert "211/212" in page
    assert "<li>Xã Cao Minh, huyện Tràng Định</li>" in page
    assert f"{only_job(folder)}.zip" in page
    assert "Tạo lại" in page

    again = Held(Jobs(folder))
    press(mc)
    again.jobs.told(only_job(folder), Progress(87, 212))
    again.worker.server_gone = True
    with pytest.raises(maket_worker.ServerGone):
        again.work()
    page = mc.get(AT, headers=HTMX).text
    assert "Bị ngắt ở" in page
    assert "87/212" in page

    third = Held(Jobs(folder))
    press(mc)
    third.worker.free_bytes = lambda: 0
    third.work()
    assert "đĩa của máy chủ không còn đủ chỗ" in mc.get(AT, headers=HTMX).text


def test_one_of_another_conference_or_of_none_is_not_there(signed_in: Browser, folder: Path, held: Held) -> None:
    mc = signed_in("mc")
    others = next(job.id for job in held.jobs.look())
    held.work()

    for job_id in (others, "0" * 16, "xyz"):
        assert mc.get(f"{AT}/{job_id}.zip").status_code == 404
        assert press(mc, f"{AT}/{job_id}/huy", nothing="").status_code == 404
    assert len(held.jobs.look()) == 1


def test_old_ones_are_removed_when_the_next_is_asked_for(
    signed_in: Browser, folder: Path, held: Held, clock: FakeClock
) -> None:
    mc = signed_in("mc")
    press(mc)
    held.work()
    first = only_job(folder)

    clock.advance(KEPT_MS + 3_600_000)
    again = Held(Jobs(folder))
    press(mc, AT, size="a3", form="pdf")
    again.work()

    assert first not in {job.id for job in Jobs(folder).look()}


@pytest.fixture
def small(app: Flask) -> str:
    """A conference of three rooms."""
    units = (
        Unit("20", "province", "tinh", "Lạng Sơn", None),
        Unit("180", "district", "huyen", "Tràng Định", "20"),
        Unit("06010", "commune", "xa", "Cao Minh", "180"),
    )
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        new = NewConference("nho", "Hội nghị nhỏ", OPENING_AT_MS, units=units)
        services.conferences.create(new, cli_identity("test"))
    return "nho"


def test_a_process_of_its_own_makes_real_ones_of_all_rooms(app: Flask, small: str) -> None:
    with app.app_context():
        services: Services = app.extensions["giaoban"]
        conference: Conference = services.conferences.find(small)
        mc = identity_of(services, "mc")

        first = services.maket_bundles.ask(conference, KNOWN["a4"], "pdf", mc)
        second = services.maket_bundles.ask(conference, KNOWN["man-hinh"], "svg", mc)
        asked_until(lambda: not any(each.job.under_way for each in services.maket_bundles.look(conference)), "both")

        for job_id, begins, form in ((first, b"%PDF-", "pdf"), (second, b"<svg", "svg")):
            made = services.maket_bundles.zip_of(conference, job_id)
            with zipfile.ZipFile(made.path) as archive:
                assert archive.namelist() == [
                    f"00-tinh-lang-son.{form}",
                    f"01-huyen-trang-dinh/00-huyen-trang-dinh.{form}",
                    f"01-huyen-trang-dinh/01-xa-cao-minh-huyen-trang-dinh.{form}",
                ]
                files = [archive.read(name) for name in archive.namelist()]
            assert all(file.startswith(begins) for file in files)
            assert len(set(files)) == 3
        room = conference.endpoints[-1]
        alone = services.makets.render(conference, room, KNOWN["man-hinh"], "svg")
        assert files[-1] == alone  # the very same that the room itself downloads
        asked_until(
            lambda: bool(services.maket_bundles.look(conference)) and not services.maket_bundles._workers, "an end"
        )


def test_a_server_that_is_killed_takes_its_process_along_and_the_next_one_says_so(
    databases: Databases, database_of_today: str, folder: Path
) -> None:
    """Large pictures, so that there is time: the process has begun, and is far from its end."""
    database = databases.copy(database_of_today)
    live = LiveServer(database, lambda code: code, settings={"GIAOBAN_MAKET_FOLDER": str(folder)})
    jobs = Jobs(folder)
    try:
        live.start()
        whose = {"Authorization": f"Bearer {live.token(role='mc')}"}
        with requests.Session() as browser:
            page = browser.get(live.url + AT, headers=whose, timeout=30).text
            proof = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert proof is not None
            fields = {"csrf_token": proof[1], "size": "3x2m", "form": "png"}
            shown = browser.post(live.url + AT, data=fields, headers=whose, timeout=30).text
        assert "Đang" in shown
        asked_until(lambda: jobs.look()[0].progress.done > 0, "a first maket")

        live.kill()
        asked_until(lambda: not jobs.look()[0].under_way, "the end of the process")
        live.start()
        after = requests.get(live.url + AT, headers=whose, timeout=30).text

        assert "Bị ngắt ở" in after
        assert {path.suffix for path in (folder / only_job(folder)).iterdir()} == {".json"}
    finally:
        live.stop()
        databases.drop(database)


@pytest.mark.no_database
def test_the_process_ends_when_the_server_has_and_leaves_no_part(folder: Path) -> None:
    jobs = Jobs(folder)
    job_id, lock = jobs.ask(asked(), WORK)
    assert lock is not None

    command = [sys.executable, "-P", maket_worker.__file__, str(folder), str(lock)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, pass_fds=[lock], timeout=60, check=False)
    os.close(lock)

    assert done.returncode == 0
    job = jobs.find(job_id)
    assert job is not None
    assert job.state == INTERRUPTED
    assert {path.suffix for path in (folder / job_id).iterdir()} == {".json"}
