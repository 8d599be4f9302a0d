"""All tables as plain rows and back, the same for every database and for every revision of the tables."""

from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Any, Final

from sqlalchemy import JSON, Column, Connection, MetaData, Table, delete, exists, func, insert, select, text

from giaoban.domain.backup_file import Rows, Tables
from giaoban.domain.errors import InvalidBackup

MANY: Final = 500  # rows read or written at a time
_REVISION: Final = "alembic_version"  # Alembic's own table: which revision it names is said apart


def tables_of(connection: Connection) -> list[Table]:
    """The tables that are there, parents before what points at them."""
    there = MetaData()
    there.reflect(connection)
    return [table for table in there.sorted_tables if table.name != _REVISION]


def dump(connection: Connection) -> Tables:
    """Every table with its rows, in the order of their keys; read as they are asked for."""
    for table in tables_of(connection):
        rows = connection.execute(
            select(table).order_by(*table.primary_key.columns), execution_options={"yield_per": MANY}
        )
        yield table.name, [column.name for column in table.columns], rows


def rows_of(tables: Tables) -> Rows:
    """The same as one row after the other."""
    for name, columns, rows in tables:
        for row in rows:
            yield name, dict(zip(columns, row, strict=True))


def fill(connection: Connection, rows: Rows) -> dict[str, int]:
    """Write the rows into empty tables; how many of each. Raises InvalidBackup for a table or column that is not
    there."""
    there = {table.name: _without_json_null(table) for table in tables_of(connection)}
    counts = dict.fromkeys(there, 0)
    for name, of_table in groupby(rows, key=lambda row: row[0]):
        while many := [row for _, row in islice(of_table, MANY)]:
            if name not in there or many[0].keys() != set(there[name].columns.keys()):
                raise InvalidBackup(f"Bản sao lưu có bảng “{name}” mà cơ sở dữ liệu này không có.")
            connection.execute(insert(there[name]), many)
            counts[name] += len(many)
    return counts


def _without_json_null(table: Table) -> Table:
    """The table for writing: what is nothing becomes NULL also where JSON is kept, and not JSON's own null."""
    columns = (
        Column(column.name, JSON(none_as_null=True) if isinstance(column.type, JSON) else column.type)
        for column in table.columns
    )
    return Table(table.name, MetaData(), *columns)


def in_use(connection: Connection) -> list[str]:
    """Names of the tables that hold anything."""
    return [table.name for table in tables_of(connection) if connection.scalar(select(exists(select(table))))]


def empty(connection: Connection) -> None:
    """Remove every row."""
    tables = tables_of(connection)
    if connection.dialect.name == "postgresql":  # at once, however many there are: a statement has only so long
        connection.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
        return
    for table in reversed(tables):
        connection.execute(delete(table))


def last_ids(connection: Connection) -> dict[str, int]:
    """The highest id that each table has given out, where the database remembers it: none is given out again."""
    if connection.dialect.name == "sqlite":
        return {row.name: row.seq for row in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    drawn = {}
    for table, sequence in _sequences(connection):
        last = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()
        drawn[table.name] = last.last_value if last.is_called else 0
    return drawn


def set_last_ids(connection: Connection, last: Mapping[str, int]) -> None:
    """Have the next id of each table be higher than `last`, and than any in it."""
    if connection.dialect.name == "sqlite":
        counted = connection.scalars(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")).all()
        for name in counted:
            highest = {"name": name, "seq": max(last.get(name, 0), _highest_id(connection, name))}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), highest)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), highest)
        return
    for table, sequence in _sequences(connection):
        highest_id = max(last.get(table.name, 0), _highest_id(connection, table.name))
        draw = {"sequence": sequence, "value": max(highest_id, 1), "drawn": highest_id > 0}
        connection.execute(text("SELECT setval(:sequence, :value, :drawn)"), draw)


def _highest_id(connection: Connection, table: str) -> int:
    highest: int | None = connection.scalar(text(f"SELECT max(id) FROM {table}"))
    return highest or 0


def _sequences(connection: Connection) -> Iterator[tuple[Table, Any]]:
    """PostgreSQL's tables with the sequences that their ids come from."""
    for table in tables_of(connection):
        if "id" in table.columns:
            sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
            if sequence is not None:
                yield table, sequence
