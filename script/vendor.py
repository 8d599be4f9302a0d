"""Fill static/vendor/ with the few files that pages use, out of node_modules/.

Pages take nothing from another host, so whatever they need is copied here. The folder is filled beside its place and
then moved there, so that it is either whole or absent, however the set-up ends.
"""

import shutil
import sys
from pathlib import Path

from make_digits import make_digits
from make_print import make_print

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

FONT = Path("@fontsource/be-vietnam-pro")
WEIGHTS = (400, 500, 600, 700, 800)
SCRIPTS = ("latin", "vietnamese")
PRINTED = ("500-italic", "700-normal", "800-normal")  # the faces of a maket

# Where a file comes from in node_modules/, and where it goes in static/vendor/.
COPIED = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "socket.io-client/dist/socket.io.esm.min.js": "socket.io.esm.min.js",
    "sortablejs/modular/sortable.esm.js": "sortable.esm.js",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui/swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
    f"{FONT}/LICENSE": "fonts/LICENSE",
}


def fonts() -> dict[str, str]:
    """The font files in use: every weight upright, and the one slanted face of the maket."""
    faces = [f"{weight}-normal" for weight in WEIGHTS] + ["500-italic"]
    names = [f"be-vietnam-pro-{script}-{face}.woff2" for script in SCRIPTS for face in faces]
    return {f"{FONT}/files/{name}": f"fonts/{name}" for name in names}


def fill(folder: Path) -> None:
    for source, target in (COPIED | fonts()).items():
        place = folder / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PACKAGES / source, place)
    for weight in WEIGHTS:
        latin = PACKAGES / FONT / "files" / f"be-vietnam-pro-latin-{weight}-normal.woff2"
        make_digits(latin, folder / "fonts" / f"giaoban-digits-{weight}.woff2")
    for face in PRINTED:
        parts = [PACKAGES / FONT / "files" / f"be-vietnam-pro-{script}-{face}.woff2" for script in SCRIPTS]
        make_print(parts, folder / "print" / f"be-vietnam-pro-{face}.ttf")


def main() -> None:
    beside = VENDOR.with_name("vendor.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        fill(beside)
    except FileNotFoundError as missing:
        shutil.rmtree(beside)
        sys.exit(f"{missing.filename} is missing: run `npm ci`, then this again")
    shutil.rmtree(VENDOR, ignore_errors=True)
    beside.rename(VENDOR)


if __name__ == "__main__":
    main()
