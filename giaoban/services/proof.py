"""Whether what is stored says the same as the log."""

from sqlalchemy import select

from giaoban.domain.errors import InvalidLog
from giaoban.domain.witness import Proof, Witness
from giaoban.extensions import db
from giaoban.models import CheckInRow, Conference, Endpoint
from giaoban.models.conference import read_units
from giaoban.models.counts import count_rows, shown_count
from giaoban.models.log import read_lines
from giaoban.models.readiness import all_answers
from giaoban.models.running_order import stored_order
from giaoban.models.tickets import read_tickets


def prove(conference: Conference) -> Proof:
    """What the stored log of a conference says, all by itself.

    Raises InvalidLog when the log is not whole, or when the tables beside it tell another running order,
    attendance or readiness, other counts or other faults.
    """
    connection = db.session.connection()
    witness = Witness(conference.slug)
    for line, its_hash in read_lines(connection, conference.id):
        try:
            witness.take(line, its_hash)
        except InvalidLog as error:
            raise InvalidLog(f"“{conference.slug}”, dòng nhật ký số {witness.seq + 1}: {error.message}") from error
    proof = witness.proof(read_units(connection, conference.id), conference.timezone)
    rooms = db.session.execute(
        select(Endpoint.code, CheckInRow.check_in_id, Endpoint.in_conflict)
        .join(CheckInRow, CheckInRow.id == Endpoint.effective_id)
        .where(Endpoint.conference_id == conference.id)
    ).all()
    annulled = db.session.scalars(
        select(CheckInRow.check_in_id).where(
            CheckInRow.conference_id == conference.id, CheckInRow.annulled_at_ms.is_not(None)
        )
    )
    counted = [(row.number, row.hash, row.count) for row in count_rows(conference.id, whole=True)]
    agreed = (
        (proof.lines, proof.head) == (conference.last_seq, conference.last_hash)
        and proof.order == stored_order(conference, proof.order)
        and {code: word.check_in_id for code, word in proof.words.items()} == {row[0]: row[1] for row in rooms}
        and {key: answer.as_json() for key, answer in proof.answers.items()}
        == {key: answer.as_json() for key, answer in all_answers(conference.id).items()}
        and (shown.number if (shown := shown_count(conference.id)) else None) == proof.shown
        and {
            one.ticket_id: (one.endpoint_code, one.kind, one.state, one.revision) for one in read_tickets(conference.id)
        }
        == proof.tickets
        and counted == [(each.count["number"], each.seal, each.count) for each in proof.counts]
        and proof.contradicted == {code for code, _, in_conflict in rooms if in_conflict}
        and proof.annulled == set(annulled)
    )
    if not agreed:
        raise InvalidLog(f"“{conference.slug}”: các bảng không khớp với nhật ký.")
    return proof
