"""Handing a log out of the program, in the form that proves itself to `flask giaoban verify`."""

from collections.abc import Generator

from sqlalchemy import Engine, select

from giaoban.domain import log_file
from giaoban.extensions import db
from giaoban.models import Conference
from giaoban.models.conference import no_conference, read_units
from giaoban.models.database import snapshot
from giaoban.models.log import read_lines
from giaoban.services.ports import Clock
from giaoban.version import VERSION


class LogExport:
    """Logs as files."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def lines(self, slug: str) -> Generator[bytes, None, None]:
        """The file of a conference's log, line by line, all as of one instant; to be read within the request or after
        it. Raises NotFound before the first line."""
        return self._lines(db.engine, slug)

    def _lines(self, engine: Engine, slug: str) -> Generator[bytes, None, None]:
        with snapshot(engine) as connection:
            conference = connection.execute(select(Conference.__table__).where(Conference.slug == slug)).one_or_none()
            if conference is None:
                raise no_conference(slug)
            yield log_file.first_line(
                program_version=VERSION,
                exported_at_ms=self._clock.now_ms(),
                slug=slug,
                title=conference.title,
                timezone=conference.timezone,
                units=read_units(connection, conference.id),
                lines=conference.last_seq,
                last_hash=conference.last_hash,
            )
            for line, its_hash in read_lines(connection, conference.id):
                yield log_file.log_line(line, its_hash)
