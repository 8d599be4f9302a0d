"""What giaoban runs on once it has grown: PostgreSQL, Redis, gunicorn and nginx, each started and ended here.

Nothing of it reaches further than this machine, and every process that is ended here was started here.
"""

import itertools
import os
import pwd
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

import psycopg
import redis

from giaoban import config

ROOT: Final = Path(__file__).resolve().parents[1]
NGINX: Final = ROOT / "deploy" / "nginx"
LOOPBACK: Final = "127.0.0.1"
WRITTEN: Final = ("127.0.0.1:8001", "127.0.0.1:8002")  # the processes' addresses as upstreams.conf has them
READY_WITHIN_S: Final = 60
LINES_SHOWN: Final = 40  # of a log
ENDED_WITHIN_S: Final = 15
LOOK_EVERY_S: Final = 0.02
OPEN_FILES: Final = 65_536
FIRST_PORT: Final = 10_000
PORTS: Final = 20_000


class ClusterError(Exception):
    """Something could not be found or started; the sentence says what."""


_ports = itertools.count(os.getpid() * 1_009 % PORTS)  # each process begins elsewhere


def free_port() -> int:
    """A port of the loopback that nobody listens on, below those which the system gives away by itself: it may be some
    time until it is used, and it may be used again later. Raises ClusterError."""
    for _ in range(PORTS):
        port = FIRST_PORT + next(_ports) % PORTS
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
    raise ClusterError("no port of the loopback is free")


def find_program(name: str) -> str:
    """Where it is, also where Debian keeps it outside the search path. Raises ClusterError."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    places = os.pathsep.join([os.environ.get("PATH", ""), *map(str, newest_first), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which(name, path=places)
    if found is None:
        raise ClusterError(f"{name} was not found: install postgresql, redis-server and nginx")
    return found


class Service(ABC):
    """One program with its children: started, ended, killed or frozen; what it says goes to a file of its own."""

    def __init__(self, name: str, folder: Path, stop_with: signal.Signals = signal.SIGTERM) -> None:
        self.name = name
        self.folder = folder
        self._stop_with = stop_with
        self.errors: IO[str] | None = None  # takes what it says on stderr, in the place of its file
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> Sequence[str]: ...

    def environment(self) -> Mapping[str, str]:
        return os.environ

    def user(self) -> str | None:
        """Whom it runs as, when not as whoever starts it."""
        return None

    @abstractmethod
    def answers(self) -> bool:
        """Whether it does its work."""

    @property
    def log_path(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it answers. Raises ClusterError with the end of its log."""
        self.launch()
        self.wait_until_it_answers()

    def launch(self) -> None:
        """Start it without waiting."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self._process = self._popen(self.command(), log)

    def _popen(self, command: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        who: dict[str, Any] = {}
        name = self.user()
        if name is not None:
            entry = pwd.getpwnam(name)
            who = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        return subprocess.Popen(
            command,
            cwd=self.folder if name is not None else ROOT,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=self.errors or log,
            start_new_session=True,  # Ctrl-C is for the cluster, which ends its parts in order
            **who,
        )

    def wait_until_it_answers(self) -> None:
        give_up_at = time.monotonic() + READY_WITHIN_S
        while not self.answers():
            if not self.running or time.monotonic() > give_up_at:
                raise ClusterError(f"{self.name} does not serve; it said:\n{self.last_said()}")
            time.sleep(LOOK_EVERY_S)

    def last_said(self) -> str:
        """The last lines of its log."""
        return "\n".join(self.log_path.read_text("utf-8", errors="replace").splitlines()[-LINES_SHOWN:])

    def pids(self) -> list[int]:
        """Its own pid first, then those of all its descendants."""
        return [*_family(self._process.pid)] if self._process is not None and self.running else []

    def stop(self) -> None:
        """End it as its makers mean it to end, frozen or not; no-op when it has ended."""
        if self._process is None:
            return
        self.thaw()
        with suppress(ProcessLookupError):
            self._process.send_signal(self._stop_with)
        try:
            self._process.wait(ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """SIGKILL to it and all its children: nothing gets a chance to clean up."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(ENDED_WITHIN_S)
        self._process = None

    def freeze(self) -> None:
        """It stays silent without closing a connection."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(FileNotFoundError, ProcessLookupError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from _family(int(child))


class PostgreSQL(Service):
    """A server of its own with a data folder of its own. It refuses root: then it runs as `postgres`.

    `durable=False` gives up what a power cut would ask for (not what a killed process does), for tests in a hurry.
    """

    USER: Final = "giaoban"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        super().__init__("postgresql", folder, signal.SIGINT)  # "fast": it does not wait for clients to leave
        self.port = free_port()
        self._durable = durable
        self._data = folder / "data"

    def user(self) -> str | None:
        return "postgres" if os.geteuid() == 0 else None

    @property
    def _password(self) -> str:
        return config.kept_secret(self.folder / "password")

    def url(self, database: str = "giaoban") -> str:
        return f"postgresql://{self.USER}:{self._password}@{LOOPBACK}:{self.port}/{database}"

    def command(self) -> Sequence[str]:
        settings = {
            "port": self.port,
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
            "max_connections": 200,  # two processes may open 60 each
            "fsync": "on" if self._durable else "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [find_program("postgres"), "-D", str(self._data), *options]

    def launch(self) -> None:
        self._make_folder()
        if not (self._data / "PG_VERSION").exists():
            self._make_data()
        super().launch()

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        user = self.user()
        if user is None:
            return
        shutil.chown(self.folder, user)
        reachable = subprocess.run(["test", "-w", self.folder], user=user, group=pwd.getpwnam(user).pw_gid, check=False)
        if reachable.returncode != 0:
            raise ClusterError(f"the user {user}, whom PostgreSQL runs as under root, cannot reach {self.folder}")

    def _make_data(self) -> None:
        password = self.folder / "password"
        config.kept_secret(password)
        if (user := self.user()) is not None:
            shutil.chown(password, user)
        shutil.rmtree(self._data, ignore_errors=True)  # of an initdb that was cut short
        words = [find_program("initdb"), "-D", str(self._data), "-U", self.USER, "-A", "scram-sha-256"]
        if not self._durable:
            words.append("--no-sync")
        with self.log_path.open("ab") as log:
            made = self._popen([*words, f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8"], log)
        if made.wait(READY_WITHIN_S) != 0:
            raise ClusterError(f"PostgreSQL's data folder could not be made, see {self.log_path}")

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def ensure_database(self, name: str = "giaoban") -> None:
        with suppress(psycopg.errors.DuplicateDatabase):
            self.run_sql(f'CREATE DATABASE "{name}"')

    def run_sql(self, statement: str) -> None:
        """As the owner of everything, outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


class Redis(Service):
    """A server that keeps nothing: everything that has to last is in PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        super().__init__("redis", folder)
        self.port = free_port()
        self._password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@{LOOPBACK}:{self.port}/0"

    def command(self) -> Sequence[str]:
        settings = self.folder / "redis.conf"  # a password among the arguments would be seen by everybody
        lines = [
            f"port {self.port}",
            f"bind {LOOPBACK}",
            f"requirepass {self._password}",
            f'dir "{self.folder}"',
            'save ""',
            "appendonly no",
        ]
        settings.touch(mode=0o600)
        settings.write_text("\n".join(lines) + "\n", "utf-8")
        return [find_program("redis-server"), str(settings)]

    def answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=2) as client, suppress(redis.RedisError):
            return bool(client.ping())
        return False


class Web(Service):
    """One gunicorn, served as script/server serves it; only its settings say that there are others."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str], app: str = "wsgi:app") -> None:
        super().__init__(name, folder)
        self.port = free_port()
        self._environment = environment
        self._app = app

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", self._app]

    def environment(self) -> Mapping[str, str]:
        return {**self._environment, "HOST": LOOPBACK, "PORT": str(self.port)}

    def answers(self) -> bool:
        """Lives; whether it can serve depends on others too, see `ready`."""
        return _is_ok(self.url + "/healthz")

    @property
    def ready(self) -> bool:
        return _is_ok(self.url + "/readyz")


def _is_ok(url: str) -> bool:
    """Whether the server answers there with 200."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


class Nginx(Service):
    """In front of two processes, by the very files that production includes."""

    def __init__(self, folder: Path, host: str, port: int, behind: Sequence[Web]) -> None:
        super().__init__("nginx", folder)
        self.host = host
        self.port = port
        self._behind = behind

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK if self.host in ('', '0.0.0.0', '::') else _bracketed(self.host)}:{self.port}"

    def command(self) -> Sequence[str]:
        program = find_program("nginx")
        (self.folder / "tmp").mkdir(exist_ok=True)
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        words = {
            "user": "user root;" if os.geteuid() == 0 else "",  # the checkout may be root's alone
            "open_files": str(OPEN_FILES if limit == resource.RLIM_INFINITY else min(limit, OPEN_FILES)),
            "mime_types": str(mime_types(program)),
            "listen": f"{_bracketed(self.host)}:{self.port}",
            "root": str(ROOT),
        }
        text = (NGINX / "cluster.conf").read_text("utf-8")
        for word, value in words.items():
            text = text.replace(f"@{word}@", value)
        (self.folder / "nginx.conf").write_text(text, "utf-8")
        upstreams = (NGINX / "upstreams.conf").read_text("utf-8")
        for number, written in enumerate(WRITTEN):  # first to words that no address contains
            upstreams = upstreams.replace(written, f"@{number}@")
        for number, web in enumerate(self._behind):
            upstreams = upstreams.replace(f"@{number}@", f"{LOOPBACK}:{web.port}")
        (self.folder / "upstreams.conf").write_text(upstreams, "utf-8")
        return [program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def answers(self) -> bool:
        return _is_ok(self.url + "/healthz")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def mime_types(nginx: str) -> Path:
    """The list that comes with nginx, beside the configuration that it was built to read."""
    build = subprocess.run([nginx, "-V"], capture_output=True, text=True, check=True).stderr
    named = (word.removeprefix("--conf-path=") for word in build.split() if word.startswith("--conf-path="))
    return Path(next(named, "/etc/nginx/nginx.conf")).with_name("mime.types")
