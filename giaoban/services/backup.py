"""Everything that giaoban stores as one file, and back again, on whichever database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from sqlalchemy import Connection, create_engine, select

from giaoban.domain import backup_file
from giaoban.domain.backup_file import Head, Rows
from giaoban.domain.errors import InvalidBackup, InvalidLog, NotEmpty
from giaoban.domain.witness import Proof
from giaoban.extensions import db
from giaoban.models import Conference, dump, revisions
from giaoban.models.database import snapshot, writing
from giaoban.services.ports import Clock
from giaoban.services.proof import prove
from giaoban.version import VERSION


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought, and what its logs say; `problems` are those that say something else than the tables.

    `replaced` tells whether something was there before.
    """

    head: Head
    counts: dict[str, int]
    replaced: bool
    proofs: tuple[Proof, ...]
    problems: tuple[str, ...]


class Backups:
    """Backups of the whole installation."""

    def __init__(self, clock: Clock, secret_key: str) -> None:
        self._clock = clock
        self._secret_key = secret_key

    def write(self, file: BinaryIO, *, with_secret: bool = True) -> dict[str, int]:
        """Write all there is at this instant into an empty file, while others go on working; rows by table.

        Raises InvalidBackup when the database has no tables yet.
        """
        with snapshot(db.engine) as connection:
            revision = revisions.revision_of(connection)
            if revision is None:
                raise InvalidBackup("Cơ sở dữ liệu chưa có bảng nào để sao lưu.")
            head = Head(
                revision=revision,
                program_version=VERSION,
                made_at_ms=self._clock.now_ms(),
                secret_key=self._secret_key if with_secret else None,
                last_ids=dump.last_ids(connection),
            )
            return backup_file.write(file, head, dump.dump(connection))

    def restore(self, file: BinaryIO, *, replace: bool = False) -> Restored:
        """Fill an empty database, or put the backup in the place of all there is, in one transaction; then prove it.

        A backup of older tables is brought to the present ones on the way. Raises InvalidBackup, and NotEmpty when
        there is something that may not be replaced; then nothing has changed.
        """
        head, rows = backup_file.read(file)
        if not revisions.is_known(head.revision):
            raise InvalidBackup("Bản sao lưu do phiên bản giaoban mới hơn tạo ra. Xin cập nhật chương trình trước.")
        with db.engine.connect() as connection:
            _check_empty(connection, replace)
            present = revisions.revision_of(connection)
        if present is not None and not revisions.is_known(present):
            raise InvalidBackup(
                "Cơ sở dữ liệu này do phiên bản giaoban mới hơn tạo ra. Xin dùng một cơ sở dữ liệu trống."
            )
        revisions.upgrade()
        with _at_newest(head, rows) as newest, writing():
            connection = db.session.connection()
            replaced = _check_empty(connection, replace)
            dump.empty(connection)
            counts = dump.fill(connection, newest)
            dump.set_last_ids(connection, head.last_ids)
        db.session.expire_all()
        proofs, problems = [], []
        for conference in db.session.scalars(select(Conference).order_by(Conference.id)):
            try:
                proofs.append(prove(conference))
            except InvalidLog as error:
                problems.append(error.message)
        return Restored(head, counts, replaced, tuple(proofs), tuple(problems))


def _check_empty(connection: Connection, replace: bool) -> bool:
    """Whether there is anything. Raises NotEmpty when there is and it may not be replaced."""
    used = dump.in_use(connection)
    if not used or replace:
        return bool(used)
    slugs = [*connection.scalars(select(Conference.slug).order_by(Conference.id))] if "conferences" in used else []
    held = f"{len(slugs)} hội nghị ({', '.join(slugs)})" if slugs else f"dữ liệu (bảng {', '.join(used)})"
    raise NotEmpty(f"Cơ sở dữ liệu đang có {held}. Thêm --replace để xóa hết và thay bằng bản sao lưu.")


@contextmanager
def _at_newest(head: Head, rows: Rows) -> Iterator[Rows]:
    """The rows as the present tables have them; those of older ones go through a database made for that."""
    if head.revision == revisions.newest_revision():
        yield rows
        return
    with TemporaryDirectory(prefix="giaoban-restore-") as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'older.sqlite3'}")
        try:
            with engine.connect() as connection:
                revisions.upgrade(connection, head.revision)
                dump.fill(connection, rows)
                connection.commit()
                revisions.upgrade(connection)
                yield dump.rows_of(dump.dump(connection))
        finally:
            engine.dispose()
