"""Takes the reviewed pictures of the projector's scenes again, into tests/files/scenes/:

    .venv/bin/python script/scene_pictures.py [SCENE …]

After a change of the looks that is meant. Look at each that git says has changed before it is committed: from then on
tests/browser/test_scenes.py takes it for right. A picture that still looks like the one that is there stays untouched.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402  # after the path that finds tests/

from tests.browser.conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from tests.browser.scenes import KEPT, kept_picture, pictures, scenes, show, still_page  # noqa: E402
from tests.conftest import make_app, seed  # noqa: E402
from tests.fakes import OPENING_AT_MS, FakeClock  # noqa: E402
from tests.pictures import reduced, same  # noqa: E402


def main(wanted: list[str]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = make_app(seed(f"sqlite:///{folder}/scenes.sqlite3", OPENING_AT_MS), FakeClock())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        with still_page(browser, app.test_client()) as page:
            for name in scenes(app):
                if wanted and name not in wanted:
                    continue
                show(page, "/man-chieu")
                for size, png in pictures(page):
                    kept = kept_picture(name, size)
                    if not same(png, kept):
                        kept.with_suffix(".seen.png").unlink()
                        reduced(png).save(kept, optimize=True)
                        print(kept.relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
