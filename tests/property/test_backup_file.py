"""A backup comes back as it was written, or not at all."""

import gzip
import hashlib
import io
import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain import backup_file
from giaoban.domain.backup_file import Head
from giaoban.domain.errors import InvalidBackup

HEAD = Head("0004", "1", 1_637_886_600_000, "khóa", {"conferences": 7})
texts = st.text(st.sampled_from('aơ10\n\x00\u2028"🇻'), max_size=5)
values = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | texts
json_values = values | st.lists(values, max_size=2) | st.dictionaries(texts, values, max_size=2)
tables = st.lists(
    st.tuples(
        st.sampled_from(["conferences", "users", "log_lines"]),
        st.just(["id", "data"]),
        st.lists(st.tuples(st.integers(), json_values), max_size=3),
    ),
    unique_by=lambda table: table[0],
)


def written(held: list[Any]) -> bytes:
    file = io.BytesIO()
    counts = backup_file.write(file, HEAD, held)
    assert counts == {name: len(rows) for name, _, rows in held}
    return file.getvalue()


def read(content: bytes) -> tuple[Head, list[Any]]:
    head, rows = backup_file.read(io.BytesIO(content))
    return head, list(rows)


@given(tables)
def test_everything_comes_back(held: list[Any]) -> None:
    head, rows = read(written(held))

    assert head == HEAD
    assert rows == [(name, dict(zip(columns, row, strict=True))) for name, columns, many in held for row in many]


@given(tables, st.data())
def test_no_byte_can_be_changed_cut_off_or_added(held: list[Any], data: st.DataObject) -> None:
    content = written(held)
    at = data.draw(st.integers(0, len(content) - 1))
    flips = data.draw(st.integers(1, 255))

    for changed in (
        content[:at] + bytes([content[at] ^ flips]) + content[at + 1 :],
        content[:at],
        content + b"\0",
    ):
        with pytest.raises(InvalidBackup):
            backup_file.read(io.BytesIO(changed))


@pytest.mark.parametrize(
    "lines",
    [[], [{"form": 2}], [asdict(HEAD)], [asdict(HEAD), {"table": "users", "columns": ["id"]}, [1], {"rows": {}}]],
)
def test_a_form_that_is_not_known_or_not_complete_is_refused(lines: list[Any]) -> None:
    packed = gzip.compress(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    content = backup_file.MAGIC + hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed

    with pytest.raises(InvalidBackup):
        read(content)
