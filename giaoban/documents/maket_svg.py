"""What printers' programs need of an SVG: the drawing as a part of it, not as a picture packed into it."""

import base64
import re
from typing import Final

_PICTURE: Final = re.compile(
    r'<image transform="translate\((?P<x>[\d.]+) (?P<y>[\d.]+)\)" xlink:href="data:image/svg\+xml;base64,'
    r'(?P<packed>[A-Za-z0-9+/=]+)" width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)" preserveAspectRatio="none"/>'
)
_DECIMALS: Final = re.compile(r"(\.\d{3})\d+")  # of a point: a thousandth is a third of a micrometre
_HEAD: Final = re.compile(r'<svg xmlns="[^"]+" viewBox="(?P<view>[^"]+)"[^>]*>')


def for_printers(drawn: bytes) -> bytes:
    """typst's SVG with the drawings in it unpacked, each within an `<svg>` of its own, and without decimals that no
    printer could print: it is half as long."""
    text = drawn.decode().replace(' xmlns:h5="http://www.w3.org/1999/xhtml"', "")
    return _DECIMALS.sub(r"\1", _PICTURE.sub(_unpacked, text)).encode()


def _unpacked(found: re.Match[str]) -> str:
    place = " ".join(f'{name}="{found[name]}"' for name in ("x", "y", "width", "height"))
    inner = base64.b64decode(found["packed"]).decode()
    return _HEAD.sub(lambda head: f'<svg {place} viewBox="{head["view"]}">', inner, count=1)
