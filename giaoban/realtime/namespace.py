"""The socket's side of the server: who may join, what a screen is given, and the questions that it may ask."""

import logging
from dataclasses import replace
from typing import Any

from flask import Flask, request
from flask_login import current_user
from flask_socketio import ConnectionRefusedError, Namespace, emit, join_room
from sqlalchemy.exc import SQLAlchemyError

from giaoban import figures, logs
from giaoban.domain.errors import GiaobanError, InvalidInput, NotAllowed, NotSignedIn, TooManyRequests
from giaoban.domain.projectors import parse_report
from giaoban.extensions import db
from giaoban.models.database import is_away
from giaoban.realtime.admission import PLACE
from giaoban.realtime.events import (
    LINE_PROBE,
    LOOKS,
    ORDER_SNAPSHOT,
    REPORT_PROJECTOR,
    ROLL_CALL,
    SYNC_CLOCK,
    TO_SERVER,
    TOPICS,
    endpoint_room,
    looks_room,
    order_room,
    roll_call_room,
    speaker_room,
)
from giaoban.realtime.flood import Flood
from giaoban.realtime.looked_at import LookedAt
from giaoban.realtime.peers import Peers
from giaoban.realtime.presence import Connection, Lines
from giaoban.realtime.publisher import SocketPublisher
from giaoban.services import Services
from giaoban.services.identity import Identity
from giaoban.services.scope import Scope, scope_of

logger = logging.getLogger(__name__)


def error_json(error: GiaobanError) -> dict[str, Any]:
    """The inside of the one error shape."""
    return {"code": error.code, "message": error.message, "details": error.details}


class LiveNamespace(Namespace):
    """Namespace `/live`. Identity is checked on connecting, permission again in each question."""

    def __init__(
        self, namespace: str, app: Flask, lines: Lines, publisher: SocketPublisher, peers: Peers, flood: Flood
    ) -> None:
        super().__init__(namespace)
        self._app = app
        self._lines = lines
        self._publisher = publisher
        self._peers = peers
        self._flood = flood
        self._looked_at = LookedAt(app)

    @property
    def _services(self) -> Services:
        return self._app.extensions["giaoban"]

    def trigger_event(self, event: str, *args: Any) -> Any:
        """What the contract does not know is acked with an error instead of silence. `args` begins with the socket."""
        if event == "disconnect":
            self._flood.ends(args[0])
        elif event != "connect" and self._flood.rises(args[0]):
            return on_error(TooManyRequests())
        if event not in ("connect", "disconnect", *TO_SERVER):
            return on_error(InvalidInput("Không có sự kiện này.", field="event", allowed=list(TO_SERVER)))
        if event in TO_SERVER and len(args) > 2:
            return on_error(InvalidInput("Sự kiện chỉ mang một đối tượng.", field="event"))
        if event == SYNC_CLOCK and (answer := self._at_once(*args)) is not None:
            return answer
        if event == LINE_PROBE and (connection := self._lines.get(args[0])) is not None:
            return self._probed(connection, *args[1:])
        if event == REPORT_PROJECTOR:
            return self._reported(*args)
        try:
            return super().trigger_event(event, *args)
        finally:
            if event == "connect" and PLACE in args[1]:
                args[1].pop(PLACE).give_back()

    def on_connect(self, auth: Any = None) -> None:
        """Join the conference's room and get its snapshot; a false token or unknown conference is refused.

        So is a page that shows itself as somebody's whose sign-in has ended: it would be given the public's share and
        pass for connected. So is everybody while the database is away: a screen that joined without a snapshot would
        show nothing.
        """
        logs.begin(request.environ.get("HTTP_X_REQUEST_ID"))
        try:
            self._admit(auth if isinstance(auth, dict) else {})
        except Exception as error:
            refusal = on_error(error)["error"]
            logger.debug("a screen was refused: %s", refusal["code"])
            raise ConnectionRefusedError(refusal["message"], {"error": refusal}) from None

    def _admit(self, auth: dict[str, Any]) -> None:
        identity = self._identity(auth.get("token"))
        if identity is None and auth.get("signed_in") is True:
            raise NotSignedIn("Phiên đăng nhập đã hết hạn. Xin đăng nhập lại.")
        conference = self._looked_at.lately(auth.get("conference"), identity)
        sid = request.sid  # type: ignore[attr-defined]  # Flask-SocketIO's addition
        code = None
        if identity is not None and identity.conference_id == conference.id:
            code = identity.endpoint_code
        role = (identity.level or identity.role) if identity else "public"
        connection = Connection(conference.id, identity.session_key if identity else None, code, role)
        join_room(order_room(conference.id))
        if identity is not None and identity.is_staff:
            join_room(speaker_room(conference.id))
        if code is not None:
            join_room(endpoint_room(conference.id, code))
        if self._publisher.shown.version(conference.id) > conference.stored.version:
            db.session.commit()  # a command came between reading the conference and joining its room: read it again
            conference = self._looked_at.now(auth.get("conference"), identity)
        snapshot = self._services.running_order.snapshot_at(conference.id, conference.stored.version)
        self._publisher.shown.joined(conference.id, replace(conference.stored, version=snapshot["version"]))
        if self._lines.opened(sid, connection) and code is not None:
            self._peers.line_changed(conference.id, code)
        emit(ORDER_SNAPSHOT, snapshot)
        if auth.get("projector") is True:
            self._open_projector(sid, conference.id)
        who = identity.actor if identity else "public"
        logger.debug("a screen has come", extra={"facts": {"actor": who, "conference": conference.slug}})

    def _open_projector(self, sid: str, conference_id: int) -> None:
        """A projector's page: by the token that its browser keeps it is known by name, or else it is not."""
        token = request.cookies.get(self._app.config["PROJECTOR_COOKIE_NAME"])
        row = self._services.projectors.of_token(conference_id, token)
        desk = self._publisher.projectors
        page = desk.seen.opened(sid, conference_id, row.projector_id if row else None)
        desk.tell(sid, page, row.name if row else None, row.scene if row else None)

    def on_disconnect(self, reason: Any = None) -> None:
        self._publisher.projectors.seen.closed(request.sid)  # type: ignore[attr-defined]
        left = self._lines.closed(request.sid)  # type: ignore[attr-defined]
        if left is not None and left.endpoint_code is not None:
            self._peers.line_changed(left.conference_id, left.endpoint_code)

    def on_sync_clock(self, data: Any = None) -> dict[str, Any]:
        """The server's clock for a screen's sample; a screen that is behind gets the snapshot again."""
        connection = self._connection()
        version = self._services.running_order.known_version(connection.conference_id)
        seen = data.get("seen_version") if isinstance(data, dict) else None
        if isinstance(seen, int) and seen != version:
            try:
                emit(ORDER_SNAPSHOT, self._services.running_order.snapshot_of(connection.conference_id))
            except SQLAlchemyError as error:
                if not is_away(error):
                    raise
                logger.debug("a screen that is behind stays so: the database is away")
        return {"ok": True, "server_now_ms": self._services.clock.now_ms(), "version": version}

    def _at_once(self, sid: str, data: Any = None) -> dict[str, Any] | None:
        """The answer to `sync_clock` without the database and without Flask; None where it takes them.

        Every screen asks this all the time, and hardly ever is one behind.
        """
        connection = self._lines.get(sid)
        if connection is None or not isinstance(data, dict):
            return None
        version = self._services.running_order.version_at_hand(connection.conference_id)
        if version is None or data.get("seen_version") != version:
            return None
        return {"ok": True, "server_now_ms": self._services.clock.now_ms(), "version": version}

    def on_line_probe(self, data: Any = None) -> dict[str, Any]:
        """One question of a line test: acked at once, so that what is measured is the line."""
        return self._probed(self._connection(), data)

    def _probed(self, connection: Connection, data: Any = None) -> dict[str, Any]:
        """The answer, without the database and without Flask: hundreds of rooms may test in the same minute.

        How often one may ask is the flood's to count, as of any question.
        """
        if connection.key is None:
            return on_error(NotAllowed())
        number = data.get("n") if isinstance(data, dict) else None
        if isinstance(number, bool) or not isinstance(number, int):
            return on_error(InvalidInput("“n” phải là số nguyên.", field="n"))
        return {"ok": True, "n": number, "server_now_ms": self._services.clock.now_ms()}

    def on_report_projector(self, data: Any = None) -> dict[str, Any]:
        """What a projector shows, for the consoles; kept in memory alone."""
        return self._reported(request.sid, data)  # type: ignore[attr-defined]

    def _reported(self, sid: str, data: Any = None) -> dict[str, Any]:
        """The answer, without the database and without Flask."""
        seen = self._publisher.projectors.seen
        page = seen.page(sid)
        if page is None or page.projector_id is None:
            return on_error(NotAllowed("Chỉ màn chiếu đã ghép mới báo cáo."))
        if not seen.may_report(sid):
            return on_error(TooManyRequests())
        try:
            report, sent_at_ms = parse_report(data)
        except InvalidInput as error:
            return on_error(error)
        seen.reported(sid, report, sent_at_ms)
        return {"ok": True}

    def on_watch(self, data: Any = None) -> dict[str, Any]:
        """Follow the roll call as far as the watcher may see it, how the stage looks, or both; the ack holds how they
        are now."""
        connection = self._connection()
        topics = data.get("topics") if isinstance(data, dict) else None
        if not isinstance(topics, list) or any(topic not in TOPICS for topic in topics):
            raise InvalidInput("Chỉ theo dõi được “roll_call” và “looks”.", field="topics", allowed=list(TOPICS))
        answer: dict[str, Any] = {"ok": True}
        if LOOKS in topics:
            join_room(looks_room(connection.conference_id))
            answer["looks"] = self._services.looks.of(connection.conference_id)
        if ROLL_CALL in topics or not topics:
            answer["totals"] = self._watch_roll_call(connection, follow=ROLL_CALL in topics)
        return answer

    def _watch_roll_call(self, connection: Connection, *, follow: bool) -> dict[str, Any]:
        """The totals that this connection may see; with `follow` it hears of what changes in them."""
        room, scope = self._watched(connection)
        if follow:
            self._connection()  # whoever has gone meanwhile enters no room any more
            join_room(roll_call_room(connection.conference_id, room))
        return self._services.roll_call.totals(connection.conference_id, scope)

    def _watched(self, connection: Connection) -> tuple[str, Scope | None]:
        if connection.key is None:
            return "public", None
        identity = self._services.accounts.identity_of(connection.key)
        if identity is None:
            raise NotSignedIn("Phiên đăng nhập đã hết hạn. Xin đăng nhập lại.")
        scope = scope_of(identity, connection.conference_id)
        if scope.commune is not None:
            raise NotAllowed()
        return scope.district or "all", scope

    def _connection(self) -> Connection:
        connection = self._lines.get(request.sid)  # type: ignore[attr-defined]
        if connection is None:
            raise NotSignedIn("Kết nối đã đóng. Xin tải lại trang.")
        return connection

    def _identity(self, token: Any) -> Identity | None:
        if token is not None:
            if not isinstance(token, str):
                raise NotSignedIn("Phiên đăng nhập không hợp lệ. Xin đăng nhập lại.")
            return self._services.accounts.identity_of_token(token)
        return current_user.identity if current_user.is_authenticated else None


def on_error(error: Exception) -> dict[str, Any]:
    """What a question that failed is acked with; HTTP's error shape serves here too."""
    if isinstance(error, GiaobanError):
        shown = error_json(error)
    elif is_away(error):
        message = "Cơ sở dữ liệu tạm thời không dùng được. Xin thử lại sau ít giây."
        shown = {"code": "unavailable", "message": message, "details": {}}
    else:
        logger.error("a socket event failed", exc_info=error)
        shown = {"code": "internal_error", "message": "Máy chủ gặp lỗi. Xin thử lại.", "details": {}}
    figures.REFUSED(shown["code"]).inc()
    return {"ok": False, "error": shown}
