"""Line tests as stored: every one that a room, or the technician for it, has ever sent."""

from collections.abc import Collection
from itertools import groupby

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, case, func, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from giaoban.domain.line_tests import LineTest, Network, standing
from giaoban.extensions import Model, db


class LineTestRow(Model):
    """One test. `line_test_id` comes from the client and is unique in its conference; `fingerprint` tells whether one
    that comes again really is the same."""

    __tablename__ = "line_tests"
    __table_args__ = (
        UniqueConstraint("conference_id", "line_test_id"),
        Index("ix_line_tests_endpoint", "conference_id", "endpoint_code", "at_ms"),
        CheckConstraint("source IN ('self', 'technician')", name="source_known"),
        CheckConstraint("(sent IS NULL) = (transport IS NULL)", name="measured_whole"),
        CheckConstraint("sent IS NULL OR (lost >= 0 AND lost <= sent)", name="lost_of_sent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conferences.id", ondelete="CASCADE"))
    line_test_id: Mapped[str]
    endpoint_code: Mapped[str]
    at_ms: Mapped[int] = mapped_column(BigInteger)
    received_at_ms: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    actor: Mapped[str]
    sent: Mapped[int | None]
    lost: Mapped[int | None]
    rtt_median_ms: Mapped[int | None]
    rtt_worst_ms: Mapped[int | None]
    jitter_ms: Mapped[int | None]
    transport: Mapped[str | None]
    picture: Mapped[str | None]
    sound: Mapped[str | None]
    mic: Mapped[str | None]
    note: Mapped[str]
    fingerprint: Mapped[str]

    def as_test(self) -> LineTest:
        network = None
        if self.sent is not None:
            figures = (self.rtt_median_ms, self.rtt_worst_ms, self.jitter_ms)
            network = Network(self.sent, self.lost or 0, *figures, str(self.transport))
        return LineTest(
            line_test_id=self.line_test_id,
            endpoint_code=self.endpoint_code,
            at_ms=self.at_ms,
            received_at_ms=self.received_at_ms,
            source=self.source,
            actor=self.actor,
            network=network,
            picture=self.picture,
            sound=self.sound,
            mic=self.mic,
            note=self.note,
        )


def new_row(conference_id: int, test: LineTest, fingerprint: str) -> LineTestRow:
    """The test as it is to be stored."""
    network = test.network
    return LineTestRow(
        conference_id=conference_id,
        line_test_id=test.line_test_id,
        endpoint_code=test.endpoint_code,
        at_ms=test.at_ms,
        received_at_ms=test.received_at_ms,
        source=test.source,
        actor=test.actor,
        sent=network and network.sent,
        lost=network and network.lost,
        rtt_median_ms=network and network.median_ms,
        rtt_worst_ms=network and network.worst_ms,
        jitter_ms=network and network.jitter_ms,
        transport=network and network.transport,
        picture=test.picture,
        sound=test.sound,
        mic=test.mic,
        note=test.note,
        fingerprint=fingerprint,
    )


def stored(conference_id: int, ids: Collection[str]) -> dict[str, LineTestRow]:
    """Those of the tests that are there already, by their own ids."""
    rows = db.session.scalars(
        select(LineTestRow).where(LineTestRow.conference_id == conference_id, LineTestRow.line_test_id.in_(ids))
    )
    return {row.line_test_id: row for row in rows}


def standing_of_each(conference_id: int, code: str | None = None) -> dict[str, LineTest]:
    """What each room's tests add up to (`giaoban.domain.line_tests.standing`) by the room's code, or that room's only.

    Of each room come at most five rows, however often it has tested: its last, and the last with a word on each part.
    """
    newest = (LineTestRow.at_ms.desc(), LineTestRow.id.desc())
    parts = (LineTestRow.sent, LineTestRow.picture, LineTestRow.sound, LineTestRow.mic)
    orders = [newest, *((case((part.is_(None), 1), else_=0), *newest) for part in parts)]
    places = [func.row_number().over(partition_by=LineTestRow.endpoint_code, order_by=order) for order in orders]
    within = [LineTestRow.conference_id == conference_id]
    if code is not None:
        within.append(LineTestRow.endpoint_code == code)
    ranked = (
        select(LineTestRow, *(place.label(f"place_{number}") for number, place in enumerate(places)))
        .where(*within)
        .subquery()
    )
    row = aliased(LineTestRow, ranked)
    first = or_(*(ranked.c[f"place_{number}"] == 1 for number in range(len(places))))
    found = db.session.scalars(select(row).where(first).order_by(ranked.c.endpoint_code, ranked.c.place_0))
    rooms = groupby((one.as_test() for one in found), key=lambda test: test.endpoint_code)
    return {room: whole for room, tests in rooms if (whole := standing(tests)) is not None}


def all_of(conference_id: int, code: str, most: int) -> list[LineTest]:
    """The last `most` tests of a room, the newest first."""
    rows = db.session.scalars(
        select(LineTestRow)
        .where(LineTestRow.conference_id == conference_id, LineTestRow.endpoint_code == code)
        .order_by(LineTestRow.at_ms.desc(), LineTestRow.id.desc())
        .limit(most)
    )
    return [row.as_test() for row in rows]
