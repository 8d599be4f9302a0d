"""One press gives the ZIP of all makets, made by a real server's own process; another cancels, and nothing is lost."""

import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.live_server import LiveServer

pytestmark = pytest.mark.browser


def test_one_press_gives_the_file_with_progress_and_a_press_cancels(console: Open, server: LiveServer) -> None:
    at = f"/quan-tri/hoi-nghi/{server.slug}/ma-ket/tat-ca"
    page, other = console("mc", at), console("technician", at)

    page.get_by_label("Dạng tệp").select_option("svg")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải cả 212 ma két").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        page.get_by_label("Dạng tệp").select_option("png")
    assert download.value.suggested_filename == f"ma-ket-{server.slug}-3x2m-svg.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 212
        assert archive.testzip() is None
    expect(page.get_by_role("status").filter(has_text="Đã tạo xong")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_label("Dạng tệp")).to_have_value("png")  # what was being chosen meanwhile stayed

    page.get_by_role("button", name="Tải cả 212 ma két").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    other.reload()
    expect(other.get_by_text("Đang tạo")).to_be_visible()
    expect(other.get_by_role("link", name="Tải về")).to_be_visible()  # the finished one is everybody's
    other.get_by_role("button", name="Hủy: Phông 3 × 2 m, PNG").click()
    for each in (other, page):
        expect(each.get_by_text("technician (Kỹ thuật). Không còn tệp nào trên máy chủ.")).to_be_visible()
        expect(each.get_by_role("progressbar")).to_have_count(0)
