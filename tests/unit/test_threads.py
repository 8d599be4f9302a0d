"""Slow work in a thread: its result and its error come back, and under gevent everybody else goes on meanwhile."""

import json
import subprocess
import sys

import pytest

from giaoban.threads import while_others_go_on


def test_without_gevent_it_is_simply_done() -> None:
    assert while_others_go_on(int, "12") == 12
    with pytest.raises(ValueError, match="invalid literal"):
        while_others_go_on(int, "twelve")


UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import json
import gevent
from gevent.monkey import get_original
from giaoban.threads import while_others_go_on

closed = get_original("threading", "Lock")()
closed.acquire()

def slow():  # a real thread that waits: the whole process would wait with it
    assert closed.acquire(timeout=20), "nobody else went on"
    return "done"

task = gevent.spawn(while_others_go_on, slow)
gevent.sleep(0)
closed.release()
told = [task.get(timeout=20)]
try:
    while_others_go_on(int, "twelve")
except ValueError:
    told.append("refused")
print(json.dumps(told))
"""


def test_under_gevent_others_go_on_meanwhile_and_errors_are_told_once() -> None:
    done = subprocess.run([sys.executable, "-c", UNDER_GEVENT], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == ["done", "refused"]
