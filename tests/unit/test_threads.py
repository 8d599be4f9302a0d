"""Slow work in a thread: its result and its error come back, and under gevent everybody else goes on meanwhile."""

import json
import subprocess
import sys

import pytest

from giaoban.threads import Behind, while_others_go_on


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


def test_behind_without_gevent_it_is_simply_done() -> None:
    assert Behind().done(int, "12") == 12
    with pytest.raises(ValueError, match="invalid literal"):
        Behind().done(int, "twelve")


ONE_AFTER_THE_OTHER = """
from gevent import monkey
monkey.patch_all()
import json, os
import gevent
from gevent.monkey import get_original
from giaoban.threads import LOWER, Behind

ident = get_original("threading", "get_ident")
native = get_original("threading", "get_native_id")
closed = get_original("threading", "Lock")()
closed.acquire()
behind, order = Behind(), []

def first():
    assert closed.acquire(timeout=20), "nobody else went on"
    order.append("first")
    return ident(), os.getpriority(os.PRIO_PROCESS, native())

def second():
    order.append("second")
    return ident()

tasks = [gevent.spawn(behind.done, first), gevent.spawn(behind.done, second)]
gevent.sleep(0)
begun = list(order)
closed.release()
(thread, priority), other = [task.get(timeout=20) for task in tasks]
try:
    behind.done(int, "twelve")
except ValueError:
    order.append("refused")
print(json.dumps([begun, order, thread == other != ident(), priority == LOWER]))
"""


def test_behind_does_one_thing_after_the_other_in_one_patient_thread() -> None:
    done = subprocess.run([sys.executable, "-c", ONE_AFTER_THE_OTHER], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [[], ["first", "second", "refused"], True, True]
