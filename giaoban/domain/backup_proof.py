"""What the logs in a backup say, without any database."""

from typing import Any, BinaryIO

from giaoban.domain import backup_file
from giaoban.domain.chain import LINE_KEYS
from giaoban.domain.errors import InvalidBackup, InvalidLog
from giaoban.domain.roster import COLUMNS, Unit
from giaoban.domain.witness import Proof, Witness


def prove(file: BinaryIO) -> list[Proof]:
    """A proof of each conference in a backup, in the order of their ids.

    Raises InvalidBackup when the file is not what was written, or older than the chain; InvalidLog for a log that is
    not whole.
    """
    _, rows = backup_file.read(file)
    conferences: dict[int, dict[str, Any]] = {}
    witnesses: dict[int, Witness] = {}
    rooms: dict[int, list[tuple[int, Unit]]] = {}
    try:
        for table, row in rows:
            if table == "conferences":
                conferences[row["id"]] = row
                witnesses[row["id"]] = Witness(row["slug"])
            elif table == "endpoints":
                unit = Unit(**{name: row[name] for name in COLUMNS})
                rooms.setdefault(row["conference_id"], []).append((row["ordinal"], unit))
            elif table == "log_lines":
                _hear(witnesses[row["conference_id"]], row)
        return [_proof(conferences[key], witnesses[key], rooms.get(key, [])) for key in conferences]
    except KeyError as error:
        raise InvalidBackup("Bản sao lưu do phiên bản cũ tạo ra, nhật ký trong đó chưa có mã chứng thực.") from error


def _hear(witness: Witness, row: dict[str, Any]) -> None:
    try:
        witness.take({name: row[name] for name in LINE_KEYS}, row["hash"])
    except InvalidLog as error:
        raise InvalidLog(f"“{witness.slug}”, dòng nhật ký số {witness.seq + 1}: {error.message}") from error


def _proof(conference: dict[str, Any], witness: Witness, rooms: list[tuple[int, Unit]]) -> Proof:
    if (witness.seq, witness.head) != (conference["last_seq"], conference["last_hash"]):
        raise InvalidLog(f"“{witness.slug}”: thiếu các dòng cuối, phải có {conference['last_seq']} dòng nhật ký.")
    units = [unit for _, unit in sorted(rooms, key=lambda room: room[0])]
    return witness.proof(units, conference["timezone"])
