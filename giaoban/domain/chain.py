"""The hash chain of a log: each line's hash is made of the line and of the hash before it.

Whoever changes, drops, swaps or adds a line changes every hash after it, and so the last one, the head. There is no key
in it: who may write the whole log can also make a whole new chain. What then tells is a head that was noted elsewhere,
on paper at best (see docs/decisions/0005-the-log-proves-itself.md).

The rule below may never change: exported logs and printed heads rest on it.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

LINE_KEYS: Final = ("seq", "version", "at_ms", "actor", "kind", "command_id", "data")
_GENESIS: Final = "giaoban-log-1"

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(value: object) -> str:
    """The one JSON text of a value whose objects have texts as keys: keys sorted, no blanks, nothing escaped that need
    not be. What a database gives back of it has the same one."""
    return _encode(value)


def genesis(slug: str) -> str:
    """What stands for the hash before the first line: it ties the log to its conference."""
    return hashlib.sha256(f"{_GENESIS}\n{slug}".encode()).hexdigest()


def line_hash(previous_hash: str, line: Mapping[str, Any]) -> str:
    """The hash of a line with exactly `LINE_KEYS`: SHA-256, in lower-case hex, of the previous hash, a line feed and
    the line's canonical JSON in UTF-8. Raises ValueError for what no JSON can hold: NaN, half a surrogate pair."""
    return hashlib.sha256(f"{previous_hash}\n{_encode(line)}".encode()).hexdigest()
