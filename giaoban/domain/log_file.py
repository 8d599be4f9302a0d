"""An exported log: JSON Lines in UTF-8, which prove themselves to `read` without any database.

The first line says what the file is: `{"format", "format_version", "program_version", "exported_at_ms", "slug",
"title", "timezone", "endpoints", "lines", "last_hash", "checksum"}`, with `endpoints` as in a roster file and in
`checksum` the SHA-256 of its own canonical JSON without it. Each further line is a line of the log as the API gives it,
with its `hash`. Every line is canonical JSON, so that a file that says the same has the same bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from giaoban.domain.chain import canonical
from giaoban.domain.errors import InvalidLog
from giaoban.domain.roster import Unit
from giaoban.domain.witness import Proof, Witness

FORMAT: Final = "giaoban-log"
FORMAT_VERSION: Final = 1
_BEGINNING: Final = b'{"checksum":"'  # of every exported log, for whoever has to tell files apart


def is_log_file(beginning: bytes) -> bool:
    """Whether a file that begins so can be an exported log."""
    return beginning.startswith(_BEGINNING)


def first_line(
    *,
    program_version: str,
    exported_at_ms: int,
    slug: str,
    title: str,
    timezone: str,
    units: Iterable[Unit],
    lines: int,
    last_hash: str,
) -> bytes:
    """The line that says what the file is."""
    says: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "program_version": program_version,
        "exported_at_ms": exported_at_ms,
        "slug": slug,
        "title": title,
        "timezone": timezone,
        "endpoints": [asdict(unit) for unit in units],
        "lines": lines,
        "last_hash": last_hash,
    }
    return _bytes({**says, "checksum": _checksum(says)})


def log_line(line: Mapping[str, Any], its_hash: str) -> bytes:
    """A line of the log with its hash."""
    return _bytes({**line, "hash": its_hash})


def _bytes(value: Mapping[str, Any]) -> bytes:
    return canonical(value).encode() + b"\n"


def _checksum(says: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(says).encode()).hexdigest()


def read(file: Iterable[bytes]) -> Proof:
    """What an exported log proves.

    Raises InvalidLog naming the line of the file (the first is 1) at which it is not what was exported.
    """
    lines = iter(file)
    says = _first(next(lines, b""))
    witness = Witness(says["slug"])
    number = 1
    for number, raw in enumerate(lines, 2):
        if witness.seq == says["lines"]:
            raise InvalidLog(f"Dòng {number}: thừa, tệp chỉ có {says['lines']} dòng nhật ký.", line=number)
        line = _parsed(raw, number)
        try:
            witness.take(line, line.pop("hash", None))
        except InvalidLog as error:
            raise InvalidLog(f"Dòng {number}: {error.message}", line=number) from error
    if (witness.seq, witness.head) != (says["lines"], says["last_hash"]):
        raise InvalidLog(f"Sau dòng {number}: thiếu các dòng cuối, phải có {says['lines']} dòng nhật ký.", line=number)
    return witness.proof(says["units"], says["timezone"])


def _first(raw: bytes) -> dict[str, Any]:
    says = _parsed(raw, 1)
    checksum = says.pop("checksum", None)
    if says.get("format") != FORMAT or checksum != _checksum(says):
        raise InvalidLog("Dòng 1: không phải phần đầu của một nhật ký do giaoban xuất ra, hoặc đã bị sửa.", line=1)
    if says["format_version"] != FORMAT_VERSION:
        raise InvalidLog("Dòng 1: tệp do phiên bản giaoban khác xuất ra. Xin dùng phiên bản mới hơn.", line=1)
    try:
        says["units"] = [Unit(**endpoint) for endpoint in says["endpoints"]]
        return {name: says[name] for name in ("slug", "timezone", "units", "lines", "last_hash")}
    except (KeyError, TypeError) as error:
        raise InvalidLog("Dòng 1: thiếu thông tin về hội nghị.", line=1) from error


def _parsed(raw: bytes, number: int) -> dict[str, Any]:
    """The object of a line, which has to be written in the one way in which it is exported."""
    try:
        value = json.loads(raw)
        if isinstance(value, dict) and _bytes(value) == raw:
            return value
    except (ValueError, RecursionError):
        pass
    raise InvalidLog(f"Dòng {number}: đã bị sửa, không còn đúng dạng mà giaoban xuất ra.", line=number)
