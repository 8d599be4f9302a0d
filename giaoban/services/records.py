"""The records of one room: all that was ever said of it, taking one back, and deciding between those that contradict.

A record that is taken back stays, with who annulled it and why, and says nothing any more.
"""

from typing import Any, Final

from giaoban import logs
from giaoban.domain import stages
from giaoban.domain.errors import InvalidTransition, NotFound
from giaoban.domain.roll_call import (
    Annulment,
    Record,
    conflicting,
    effective,
    headcounts_differ,
    last_words,
    parse_annul_reason,
)
from giaoban.domain.telephones import without_telephones
from giaoban.domain.times import clock
from giaoban.domain.witness import ANNULLED
from giaoban.extensions import db
from giaoban.models import Conference, log
from giaoban.models import roll_call as rows
from giaoban.models.conference import Head, endpoint_by_code, locked_head, save_head
from giaoban.models.database import writing
from giaoban.services.check_ins import publish
from giaoban.services.client_ids import UUID
from giaoban.services.identity import Identity
from giaoban.services.ports import Clock, Publisher
from giaoban.services.roll_call import RollCall

_WHOSE: Final = {"self": "lời điểm cầu", "district": "lời cấp huyện", "secretary": "bản ghi của Ban tổ chức"}
_NO_ENDPOINT: Final = "Không có điểm cầu này."
_NO_RECORD: Final = "Điểm cầu này không có bản ghi điểm danh đó."


class Records:
    """What staff who may check in any room do with its records."""

    def __init__(self, clock: Clock, publisher: Publisher, roll_call: RollCall) -> None:
        self._clock = clock
        self._publisher = publisher
        self._roll_call = roll_call

    def history(self, conference: Conference, endpoint_code: str) -> dict[str, Any]:
        """All records of a room, the newest first: `{records, headcounts_differ}`, the latter without any conflict."""
        records = rows.records_of(conference.id, [endpoint_code])[endpoint_code]
        return {
            "records": [record.as_json() for record in reversed(records)],
            "headcounts_differ": headcounts_differ(records) and not conflicting(records),
        }

    def agree(
        self, conference: Conference, endpoint_code: str, check_in_id: str, new_id: str, identity: Identity
    ) -> dict[str, Any]:
        """The secretary says what that record says, in a record of her own whose note names it: `{record, effective}`.

        What the record says is read here and never changes; whether it still stands, and nobody else has decided, is
        asked under the lock that all check-ins and annulments take. Raises NotAllowed, NotFound, IdReused when `new_id`
        has been used, InvalidTransition.
        """
        identity.require("check_in_any")
        told = rows.records_of(conference.id, [endpoint_code])[endpoint_code]
        record = next((one for one in told if one.check_in_id == check_in_id), None)
        if record is None:
            raise NotFound(_NO_RECORD)
        heard_at = clock(record.happened_at_ms, conference.timezone)
        body = {
            "check_in_id": new_id,
            "status": record.status,
            "headcount": record.headcount.as_json(),
            "reason": record.reason,
            "note": f"Quyết định theo {_WHOSE[record.source]} lúc {heard_at}",
            "happened_at_ms": self._clock.now_ms(),
            "there_at_ms": record.happened_at_ms,  # who came in time is not late because it was decided later
        }
        return self._roll_call.check_in(conference.slug, endpoint_code, body, identity, decides_by=check_in_id)

    def annul(
        self, slug: str, endpoint_code: str, check_in_id: str, reason: object, identity: Identity
    ) -> dict[str, Any]:
        """Annul a room's record: `{record, effective}`, effective None where no other record stands.

        Annulling it again, whatever the reason then, changes nothing and answers how things are now: who came first,
        and why, stays. Raises NotAllowed, NotFound, InvalidInput without a reason, InvalidTransition for a closed
        conference.
        """
        identity.require("check_in_any")
        why = parse_annul_reason(reason)
        if "\0" in endpoint_code:
            raise NotFound(_NO_ENDPOINT)
        if not UUID.fullmatch(check_in_id):
            raise NotFound(_NO_RECORD)
        check_in_id = check_in_id.lower()
        logs.note(conference=slug, check_in_id=check_in_id)
        with writing():
            conference = locked_head(slug)
            before = conference.last_seq
            answer = self._annul(conference, endpoint_code, check_in_id, why, identity)
            lines = range(before + 1, conference.last_seq + 1)
        db.session.expire_all()  # it was written past what the session holds
        if lines:
            publish(self._publisher, conference.id, frozenset({endpoint_code}), lines)
        return answer

    def _annul(self, conference: Head, code: str, check_in_id: str, why: str, identity: Identity) -> dict[str, Any]:
        endpoint = endpoint_by_code(conference.id, code)
        if endpoint is None:
            raise NotFound(_NO_ENDPOINT)
        records = {record.check_in_id: record for record in rows.records_of(conference.id, [code])[code]}
        record = records.get(check_in_id)
        if record is None:
            raise NotFound(_NO_RECORD)
        if record.annulled is not None:
            return _answer(record, effective(records.values()))
        if refusal := stages.annul_refusal(conference.stage):
            raise InvalidTransition(refusal)
        annulment = Annulment(self._clock.now_ms(), identity.actor, why)
        records[check_in_id] = record = record.without(annulment)
        words = last_words(records.values())
        word = effective(words.values())
        rows.annul(conference.id, check_in_id, annulment)
        room = rows.Room(endpoint.id, code, endpoint.parent_code, words)
        rows.save_words([(room, word, conflicting(words.values()))])
        data = {
            "endpoint_code": code,
            "check_in_id": check_in_id,
            "reason": without_telephones(why),
            "effective_id": word.check_in_id if word else None,
        }
        log.append_all(conference, [log.NewLine(annulment.at_ms, annulment.actor, ANNULLED, data)])
        save_head(conference)
        return _answer(record, word)


def _answer(record: Record, word: Record | None) -> dict[str, Any]:
    return {"record": record.as_json(), "effective": word.as_json() if word else None}
