"""Ways in for the rooms: join codes, derived whenever they are needed and stored nowhere."""

import logging
from collections.abc import Iterator
from typing import Final

from sqlalchemy import select

from giaoban.domain.errors import NotFound, NotSignedIn
from giaoban.domain.join_codes import join_code, normalise
from giaoban.extensions import db
from giaoban.models import Conference, Endpoint, log
from giaoban.models.conference import locked_conference
from giaoban.models.database import writing
from giaoban.services.accounts import endpoint_identity
from giaoban.services.identities import Identities
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock

logger = logging.getLogger(__name__)

EPOCHS_KNOWN: Final = 5  # so many renewals ago: whoever types such a code is told that it was renewed
CODES_RENEWED: Final = "codes_renewed"  # in the log: which rooms, never which codes


class Access:
    """Join codes of all conferences. The hall is nobody's to join: it has none."""

    def __init__(self, clock: Clock, secret: str, identities: Identities) -> None:
        self._clock = clock
        self._secret = secret.encode()
        self._identities = identities

    def code(self, conference: Conference, endpoint: Endpoint) -> str:
        """The endpoint's join code as printed: "K7QF-2M9D"."""
        return join_code(self._secret, conference.slug, endpoint.code, endpoint.code_epoch)

    def codes(self, conference: Conference) -> Iterator[tuple[Endpoint, str]]:
        """Every room with its join code, in the roster's order."""
        for endpoint in conference.endpoints:
            if endpoint.level != "province":
                yield endpoint, self.code(conference, endpoint)

    def endpoint_for(self, typed: str) -> Endpoint:
        """The room whose code was typed, of the current conference first. Raises NotSignedIn when there is none."""
        wanted = normalise(typed)
        if wanted is not None:
            newest_first = (Conference.is_current.desc(), Conference.id.desc())
            for conference in db.session.scalars(select(Conference).order_by(*newest_first)):
                for endpoint, code in self.codes(conference):
                    if code == wanted:
                        if conference.stage == "draft":
                            raise NotSignedIn("Hội nghị của mã này chưa được công bố. Xin quay lại sau.")
                        return endpoint
            if self._was_renewed(wanted):
                raise NotSignedIn("Mã này đã đổi. Xin nhập mã mới.")
        raise NotSignedIn("Mã không đúng. Xin xem lại phiếu truy cập.")

    def _was_renewed(self, wanted: str) -> bool:
        """Whether it was a room's code before it was renewed, one of the last few times."""
        rooms = select(Conference.slug, Endpoint.code, Endpoint.code_epoch).where(
            Endpoint.conference_id == Conference.id, Endpoint.code_epoch > 0
        )
        return any(
            join_code(self._secret, slug, code, before) == wanted
            for slug, code, epoch in db.session.execute(rooms)
            for before in range(max(0, epoch - EPOCHS_KNOWN), epoch)
        )

    def sign_in(self, typed: str) -> Identity:
        """Whoever typed that code. Raises NotSignedIn."""
        return endpoint_identity(self.endpoint_for(typed))

    def renew(self, conference: Conference, identity: Identity, endpoint_code: str | None = None) -> int:
        """Make one room's code, or all of them, invalid and put new ones in their place; open sessions end.

        Returns how many. Raises NotFound when there is no such room.
        """
        with writing():
            locked = locked_conference(conference.id)
            chosen = [endpoint for endpoint in locked.endpoints if endpoint.level != "province"]
            if endpoint_code is not None:
                chosen = [endpoint for endpoint in chosen if endpoint.code == endpoint_code]
            if not chosen:
                raise NotFound("Không có điểm cầu này.")
            for endpoint in chosen:
                endpoint.code_epoch += 1
            data = {"codes": [endpoint.code for endpoint in chosen]}
            log.append(locked, at_ms=self._clock.now_ms(), actor=identity.actor, kind=CODES_RENEWED, data=data)
        self._identities.forget()
        facts = {"actor": identity.actor, "conference": conference.slug, "rooms": len(chosen)}
        logger.info("join codes renewed", extra={"facts": facts})
        return len(chosen)
