"""The command behind `deploy/local-cluster`: the whole cluster on this machine, for people who want to try it."""

import argparse
import fcntl
import os
import runpy
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deploy.cluster import Cluster
from deploy.services import LOOPBACK, ROOT, ClusterError, Service
from giaoban import config


def flask(cluster: Cluster, *words: str) -> None:
    """The application's command line, on the cluster's settings. Raises ClusterError when it fails."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    level = cluster.environment.get("GIAOBAN_LOG_LEVEL", "WARNING")  # its lines would stand in what people read
    done = subprocess.run(command, cwd=ROOT, env={**cluster.environment, "GIAOBAN_LOG_LEVEL": level}, check=False)
    if done.returncode != 0:
        raise ClusterError(f"flask {' '.join(words)} failed")


def default_folder() -> Path:
    """Under instance/; where root's home hides that from the user whom PostgreSQL runs as, a folder of the system."""
    folder = ROOT / "instance" / "cluster"
    hidden = any(not place.stat().st_mode & 0o001 for place in (ROOT, *ROOT.parents))
    return Path("/var/lib/giaoban-cluster") if os.geteuid() == 0 and hidden else folder


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM raise, so that what was started is ended; the ending itself is not disturbed again."""

    def end(number: int, _frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    yield


def say_where(cluster: Cluster, folder: Path) -> None:
    """Links for the browser, and what a command line needs to reach the same database."""
    environment = folder / "environment"
    environment.touch(mode=0o600)
    settings = {key: value for key, value in cluster.environment.items() if key.startswith(config.PREFIX)}
    lines = [f"{key}={shlex.quote(value)}\n" for key, value in settings.items()]
    environment.write_text("".join(lines), "utf-8")
    pages = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))["PAGES"]
    print("\nGiao ban đang chạy: hai tiến trình, PostgreSQL, Redis, nginx. Bấm Ctrl-C để dừng.")
    for label, path in pages:
        print(f"  {label:<10} {cluster.url}{path}")
    print("  Dữ liệu và nhật ký:", folder)
    print(f"  Dòng lệnh: (set -a; . {shlex.quote(str(environment))}; .venv/bin/flask giaoban …)")
    print("  " + ", ".join(f"{service.name} (pid {service.pids()[0]})" for service in cluster.services), flush=True)


def watch(services: Sequence[Service]) -> None:
    """Say when a part has ended by itself; the others go on, as they would anywhere. Returns when none is left."""
    left = list(services)
    while left:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        for service in [service for service in left if not service.running]:
            left.remove(service)
            print(f"{service.name} đã dừng, xem {service.log_path}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="deploy/local-cluster", description="giaoban with all that it can grow to")
    parser.add_argument("--data", type=Path, help="where everything is kept (default: instance/cluster)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--host", default=os.environ.get("HOST", LOOPBACK))
    options = parser.parse_args()
    folder = (options.data or default_folder()).absolute()
    cluster = Cluster(folder, os.environ, host=options.host, port=options.port)
    folder.mkdir(parents=True, exist_ok=True)
    with ended_by_signals(), (folder / "lock").open("w") as lock:
        try:
            alone(lock, folder)
            run(cluster, folder)
        except ClusterError as error:
            sys.exit(str(error))
        finally:
            cluster.stop()


def alone(lock: IO[str], folder: Path) -> None:
    """Raises ClusterError when another cluster runs on that folder."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ClusterError(f"another cluster runs on {folder}: end it, or name another folder with --data") from None


def run(cluster: Cluster, folder: Path) -> None:
    cluster.start_stores()
    flask(cluster, "db", "upgrade")
    if os.environ.get("GIAOBAN_DEMO", "1") not in ("0", "false", "no", "off"):  # as script/server reads it
        flask(cluster, "giaoban", "demo", "--if-no-conference", "--start", "now", "--print-sign-in")
    cluster.start_serving()
    say_where(cluster, folder)
    watch(cluster.services)


if __name__ == "__main__":
    main()
