"""Documents of a conference: kept with it, and given to the press from an instant on, or not at all.

Each change is a line of the log, with the SHA-256 of the file. The conference need not be open for it: much is released
after the end, and what was released by mistake has to be withdrawn at any time.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from giaoban.domain import materials as domain
from giaoban.domain.errors import IdReused, InvalidInput, InvalidTransition, NotFound
from giaoban.domain.grid import tidy
from giaoban.domain.replan import LATEST_START_AT_MS
from giaoban.extensions import db
from giaoban.models import Conference, MaterialRow, log
from giaoban.models import materials as rows
from giaoban.models.conference import Head, locked_head, save_head
from giaoban.models.database import writing
from giaoban.services.client_ids import UUID, client_id
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.publishing import publishing
from giaoban.threads import while_others_go_on

TOTAL_TIMES: Final = 10  # a conference holds so many times as much as one file may be large
UNFINISHED_MS: Final = 60_000
_READ: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Material:
    """A document. `released_to_press_at_ms` None: the press does not get it; later than now: not yet."""

    conference_id: int
    material_id: str
    title: str
    file_name: str
    kind: str
    size: int
    sha256: str
    added_at_ms: int
    added_by: str
    released_to_press_at_ms: int | None

    @property
    def mimetype(self) -> str:
        return domain.KINDS[self.kind].mimetype

    @property
    def words(self) -> str:
        """What it is and how large: "PDF, 1,2 MB"."""
        word = domain.KINDS[self.kind].word
        return f"{word[0].upper()}{word[1:]}, {domain.size_words(self.size)}"

    @property
    def saved_name(self) -> str:
        return domain.saved_name(self.title, self.kind)


class Materials:
    """The documents of all conferences."""

    def __init__(self, clock: Clock, publisher: Publisher, most_mb: int) -> None:
        """`most_mb`: how large one file may be, in megabytes of 1,048,576 bytes."""
        self._clock = clock
        self._publisher = publisher
        self.most_mb = most_mb

    # ---- reading

    def all_of(self, conference: Conference) -> list[Material]:
        """All of a conference, in their order."""
        return [_material(row) for row in rows.material_rows(conference.id)]

    def find(self, conference: Conference, material_id: str) -> Material:
        """Raises NotFound."""
        return _material(_row(conference.id, material_id))

    def released(self, conference_id: int, now_ms: int) -> tuple[list[Material], int | None]:
        """(what the press may have now, when the next one follows; None for never)."""
        every = [_material(row) for row in rows.material_rows(conference_id)]
        coming = [
            one.released_to_press_at_ms
            for one in every
            if one.released_to_press_at_ms is not None and one.released_to_press_at_ms > now_ms
        ]
        now = [one for one in every if domain.is_released(one.released_to_press_at_ms, now_ms)]
        return now, min(coming, default=None)

    def for_the_press(self, material_id: str) -> Material:
        """That document, if the press may have it now. Raises NotFound, whatever the reason is."""
        row = rows.material_row(material_id.lower()) if UUID.fullmatch(material_id) else None
        if row is None or not row.stored or not domain.is_released(row.released_to_press_at_ms, self._clock.now_ms()):
            raise _not_there()
        conference = db.session.get_one(Conference, row.conference_id)
        if conference.stage == "draft":
            raise _not_there()
        return _material(row)

    @staticmethod
    def parts(material: Material) -> Iterator[bytes]:
        """Its bytes; nothing stays open between two parts. Raises NotFound when it is removed meanwhile."""
        for number in rows.numbers(material.size):
            data = rows.read_parts(material.material_id, number)
            db.session.rollback()
            if not data:
                raise _not_there()
            yield data

    # ---- writing

    def add(
        self, slug: str, material_id: str, title: str, file: IO[bytes], file_name: str, identity: Identity
    ) -> Material:
        """Keep a file with the conference; the same id again gets the same document.

        Written bit by bit, so that nobody waits for it. Raises NotAllowed, NotFound, InvalidInput (title or file),
        IdReused, InvalidTransition when there is no room for more.
        """
        identity.require("edit")
        material_id = client_id(material_id, "material_id")
        title = domain.checked_title(title)
        size, sha256 = while_others_go_on(_measured, file)
        if size > self.most_mb << 20:
            raise InvalidInput(f"Tệp lớn quá {self.most_mb} MB.", field="file")
        kind = while_others_go_on(domain.kind_of, file, file_name)
        with writing():
            head = locked_head(slug)
            now_ms = self._clock.now_ms()
            rows.sweep_unfinished(now_ms - UNFINISHED_MS)
            there = rows.material_row(material_id)
            if there is not None:
                if there.sha256 != sha256 or there.conference_id != head.id:
                    raise IdReused("material_id_reused", material_id=material_id)
                if not there.stored:
                    raise InvalidTransition("Tệp này đang được lưu. Xin đợi một phút rồi tải lại trang.")
                return _material(there)
            self._refuse_too_much(head.id, size)
            row = MaterialRow(
                conference_id=head.id,
                material_id=material_id,
                position=0,
                title=title,
                file_name=tidy(file_name)[-200:],
                kind=kind,
                size=size,
                sha256=sha256,
                added_at_ms=now_ms,
                added_by=identity.actor,
                stored=False,
                released_to_press_at_ms=None,
            )
            db.session.add(row)
            db.session.flush()
            row_id = row.id
        file.seek(0)
        number = 0
        while data := file.read(rows.PART * rows.PARTS_AT_ONCE):
            with writing():
                number = rows.add_parts(row_id, number, data)
        with writing():
            head = locked_head(slug)
            row = db.session.get_one(MaterialRow, row_id)
            row.position = 1 + max((one.position for one in rows.material_rows(head.id)), default=0)
            row.stored = True
            lines = self._note(head, identity, domain.ADDED, row)
        self._tell(head, lines)
        return _material(row)

    def _refuse_too_much(self, conference_id: int, size: int) -> None:
        count, bytes_held = rows.held(conference_id)
        if count >= domain.MOST:
            raise InvalidTransition(f"Hội nghị đã có {domain.MOST} tài liệu. Xin xóa bớt trước khi thêm.")
        if bytes_held + size > (self.most_mb << 20) * TOTAL_TIMES:
            raise InvalidTransition(
                f"Tài liệu của hội nghị sẽ quá {self.most_mb * TOTAL_TIMES} MB. Xin xóa bớt trước khi thêm."
            )

    def release(self, slug: str, material_id: str, at_ms: int | None, identity: Identity) -> None:
        """Let the press have it from that instant on (ms since the epoch), None: from now on.

        Raises NotAllowed, NotFound, InvalidInput for an instant that is over or far away.
        """

        def change(row: MaterialRow, now_ms: int) -> bool:
            if at_ms is None and domain.is_released(row.released_to_press_at_ms, now_ms):
                return False
            if at_ms is not None and not now_ms < at_ms <= LATEST_START_AT_MS:
                raise InvalidInput(
                    "Giờ phát hành đã qua hoặc quá xa. Xin chọn giờ sau, hoặc phát hành ngay.", field="release_at"
                )
            row.released_to_press_at_ms = now_ms if at_ms is None else at_ms
            return True

        self._change(slug, material_id, domain.RELEASED, change, identity)

    def withdraw(self, slug: str, material_id: str, identity: Identity) -> None:
        """The press gets it no more, or not at the time that was set. Raises NotAllowed, NotFound."""

        def change(row: MaterialRow, _now_ms: int) -> bool:
            was, row.released_to_press_at_ms = row.released_to_press_at_ms, None
            return was is not None

        self._change(slug, material_id, domain.WITHDRAWN, change, identity)

    def retitle(self, slug: str, material_id: str, title: str, identity: Identity) -> None:
        """Raises NotAllowed, NotFound, InvalidInput."""
        text = domain.checked_title(title)

        def change(row: MaterialRow, _now_ms: int) -> bool:
            was, row.title = row.title, text
            return was != text

        self._change(slug, material_id, domain.RETITLED, change, identity)

    def move(self, slug: str, material_id: str, by: int, identity: Identity) -> None:
        """One place up (-1) or down (1); at the end it stays. Raises NotAllowed, NotFound."""

        def change(row: MaterialRow, _now_ms: int) -> bool:
            every = rows.material_rows(row.conference_id)
            at = every.index(row)
            to = at + by
            if not 0 <= to < len(every):
                return False
            every.insert(to, every.pop(at))
            for position, one in enumerate(every, 1):
                one.position = position
            return True

        self._change(slug, material_id, domain.MOVED, change, identity)

    def remove(self, slug: str, material_id: str, identity: Identity) -> None:
        """It is gone for everybody, with its bytes; the log keeps that it was there. Raises NotAllowed, NotFound.

        The bytes go bit by bit, as they came; what is left of them when that breaks off goes as an unfinished one does.
        """
        gone: list[tuple[str, int]] = []

        def change(row: MaterialRow, _now_ms: int) -> bool:
            row.stored = False
            gone.append((row.material_id, row.size))
            return True

        self._change(slug, material_id, domain.REMOVED, change, identity)
        for own_id, size in gone:
            for number in rows.numbers(size):
                with writing():
                    rows.drop_parts(own_id, number + rows.PARTS_AT_ONCE)
            with writing():
                rows.drop(own_id)

    def _change(self, slug: str, material_id: str, kind: str, change: Any, identity: Identity) -> None:
        identity.require("edit")
        with writing():
            head = locked_head(slug)
            row = _row(head.id, material_id)
            if not change(row, self._clock.now_ms()):
                return
            lines = self._note(head, identity, kind, row)
        self._tell(head, lines)

    def _note(self, head: Head, identity: Identity, kind: str, row: MaterialRow) -> range:
        seq = head.last_seq
        data: dict[str, Any] = {
            "material_id": row.material_id,
            "title": row.title,
            "sha256": row.sha256,
            **({"kind": row.kind, "size": row.size} if kind == domain.ADDED else {}),
            **({"released_to_press_at_ms": row.released_to_press_at_ms} if kind == domain.RELEASED else {}),
            **({"position": row.position} if kind == domain.MOVED else {}),
        }
        db.session.flush()
        log.append_all(head, [log.NewLine(self._clock.now_ms(), identity.actor, kind, data)])
        save_head(head)
        return range(seq + 1, head.last_seq + 1)

    def _tell(self, head: Head, lines: range) -> None:
        db.session.expire_all()  # the head was written past what the session holds
        with publishing("a document", head.id):
            self._publisher.console_changed(head.id, lines)


def _measured(file: IO[bytes]) -> tuple[int, str]:
    """(bytes, SHA-256 in hex) of a file."""
    file.seek(0)
    size, found = 0, hashlib.sha256()
    while part := file.read(_READ):
        size += len(part)
        found.update(part)
    return size, found.hexdigest()


def _row(conference_id: int, material_id: str) -> MaterialRow:
    row = rows.material_row(material_id.lower()) if UUID.fullmatch(material_id) else None
    if row is None or not row.stored or row.conference_id != conference_id:
        raise _not_there()
    return row


def _not_there() -> NotFound:
    return NotFound("Không có tài liệu này.")


def _material(row: MaterialRow) -> Material:
    return Material(
        conference_id=row.conference_id,
        material_id=row.material_id,
        title=row.title,
        file_name=row.file_name,
        kind=row.kind,
        size=row.size,
        sha256=row.sha256,
        added_at_ms=row.added_at_ms,
        added_by=row.added_by,
        released_to_press_at_ms=row.released_to_press_at_ms,
    )
