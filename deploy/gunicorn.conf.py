"""How gunicorn serves giaoban: one process in which gevent carries every connection.

More of them are more gunicorns, each on a port of its own, with Redis between them: see docs/configuration.md. With
more `workers` in one, clients that poll would meet a process that does not know them.
"""

import gc
import importlib.util
import os
import resource
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import gevent
from gevent import get_hub
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.http.errors import InvalidHeader, UnsupportedTransferCoding
from gunicorn.workers.base import Worker
from gunicorn.workers.ggevent import GeventWorker


class GiaobanWorker(GeventWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's worker with gevent; a transfer coding that nobody knows is the client's fault, 400 and not 501."""

    alive: bool

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        if isinstance(exc, UnsupportedTransferCoding):
            exc = InvalidHeader(f"Transfer-Encoding: {exc.hdr}")
        super().handle_error(req, client, addr, exc)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """End soon, in the main task: gunicorn does it in another, whose end is an error once the main one has gone."""
        gevent.spawn_later(QUIT_S, self._quit)

    def _quit(self) -> None:
        if self.alive:
            self.alive = False
            hub = gevent.get_hub()
            hub.loop.run_callback(hub.parent.throw, SystemExit(0))

    def timeout_ctx(self) -> gevent.Timeout:
        """How long the next request may take to come: the first one HEAD_S, others `keepalive`."""
        connection = gevent.getcurrent()
        first = not hasattr(connection, "has_asked")
        connection.has_asked = True
        return gevent.Timeout(HEAD_S if first else self.cfg.keepalive, False)

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """As gunicorn's, but a client that stops in the middle of a body, or does not read its answer, is given up."""
        client.settimeout(STALL_S)
        super(GeventWorker, self).handle(listener, client, addr)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        """As gunicorn's, but a client that sends many requests at once does not keep all others waiting meanwhile."""
        gevent.sleep(0)
        super().handle_request(listener_name, req, sock, addr)


HEAD_S = 10  # seconds; whoever connects and does not say what it wants by then is shown out
STALL_S = 90  # seconds; more than `keepalive`
QUIT_S = 0.1  # for answers that are on their way
SPARE_FILES = 300  # beside the connections: database, log, libraries

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = os.environ.get("PORT", "8000")

bind = f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"


class QuietLogger(Logger):  # type: ignore[misc]
    """gunicorn's logger, without the lines of access that it would put together for nobody: requests have ours."""

    def access(self, *_: Any) -> None:
        pass


worker_class = GiaobanWorker
logger_class = QuietLogger
workers = 1
worker_connections = 20000  # gunicorn's own 1,000 leaves every further screen hanging without a word
backlog = 4096  # after a restart every screen comes back at once
keepalive = 75  # seconds; gunicorn's own 2 would have most pages connect anew for every request
graceful_timeout = 2  # seconds; a screen's connection never ends by itself, so waiting longer gains nothing
preload_app = False  # gevent has to patch the standard library before the application is imported

accesslog = None
errorlog = "-"
loglevel = "warning"
forwarder_headers = ""  # a peer on this machine could name a path that no request has, and be answered 500


def _logs() -> ModuleType:
    """giaoban/logs.py, loaded by its path: to import it from its package would bring in the whole application."""
    path = Path(__file__).absolute().parents[1] / "giaoban" / "logs.py"
    spec = importlib.util.spec_from_file_location("giaoban_logs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


logconfig_dict = {  # the master's own lines; the worker's go the application's way
    "version": 1,
    "disable_existing_loggers": False,
    "root": {"level": "WARNING", "handlers": []},
    "handlers": {"stderr": {"()": _logs().handler, "format_name": os.environ.get("GIAOBAN_LOG_FORMAT", "text")}},
    "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": ["stderr"], "propagate": False}},
}
control_socket_disable = True  # it would lie in the home folder, which may be read-only
# The worker's heartbeat is a file; on a slow disk it would stop the worker for as long as the disk takes.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

PAGES = (
    ("Trang đầu", "/"),
    ("Điều hành", "/dieu-hanh"),
    ("Màn chiếu", "/man-chieu"),
    ("Điểm danh", "/diem-danh"),
)


def on_starting(server: Arbiter) -> None:
    """Take as many open files as there may be: each screen is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = worker_connections + SPARE_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    if soft != resource.RLIM_INFINITY and soft < worker_connections:
        server.log.warning(
            "the limit of %s open files leaves room for %s screens, not for %s: raise it (ulimit -Hn, LimitNOFILE=)",
            soft,
            max(0, soft - SPARE_FILES),
            worker_connections,
        )


def post_worker_init(worker: Worker) -> None:
    """Leave Ctrl-C to the master: a terminal sends it to both, and a worker told twice dies with a traceback.

    By now gevent has patched and the application is there: from here on there is one log.
    """
    from giaoban import logs

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.take_over_gunicorn()
    get_hub().print_exception = logs.uncaught
    # A commit waits for the disk in a thread of its own; when the disk is done it must not wait for the loop too.
    sys.setswitchinterval(0.0005)
    gc.freeze()  # what has been loaded stays; looking through it again and again would stop the loop for 0.1 s
    if (live := _live(worker)) is not None:
        live.start()


def worker_exit(server: Arbiter, worker: Worker) -> None:
    """Say goodbye to the other processes."""
    if (live := _live(worker)) is not None:
        live.end()


def _live(worker: Worker) -> Any:
    """The application's live connection; None when it could not be loaded, and for the bare ones in bench/."""
    application = getattr(worker, "wsgi", None)
    return getattr(application, "extensions", {}).get("giaoban.live")


def when_ready(server: Arbiter) -> None:
    """Print the links once the port is open, not before: a link that is shown works. Not to whoever collects JSON."""
    if os.environ.get("GIAOBAN_LOG_FORMAT") == "json":
        return
    everywhere = HOST in ("", "0.0.0.0", "::")
    name = "127.0.0.1" if everywhere else bind.rpartition(":")[0]
    print("\nGiao ban đang chạy. Bấm Ctrl-C để dừng.")
    for label, path in PAGES:
        print(f"  {label:<10} http://{name}:{PORT}{path}")
    if everywhere:
        print("  Máy khác trong mạng: thay 127.0.0.1 bằng địa chỉ của máy này.")
    print(flush=True)
