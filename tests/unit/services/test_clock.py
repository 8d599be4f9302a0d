"""The server's clock goes on evenly while the machine's is stepped."""

from pathlib import Path

import pytest

from giaoban.services import clock as module
from giaoban.services.clock import SystemClock

BEGIN_MS = 1_637_886_600_000
HOUR_MS = 3_600_000


class Machine:
    """Whose clock can be set; it has run for a day."""

    def __init__(self) -> None:
        self.wall_ms, self.elapsed_ms = BEGIN_MS, 86_400_000

    def pass_ms(self, ms: int) -> None:
        self.wall_ms += ms
        self.elapsed_ms += ms

    def clock(self, kept: Path | None = None) -> SystemClock:
        """As a process has it that starts now."""
        return SystemClock(
            kept, wall_ns=lambda: self.wall_ms * 1_000_000, elapsed_ns=lambda: self.elapsed_ms * 1_000_000
        )


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture(params=[HOUR_MS, -HOUR_MS], ids=["forward", "back"])
def step_ms(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def test_it_is_the_machines(machine: Machine) -> None:
    clock = machine.clock()
    machine.pass_ms(1_234)
    assert clock.now_ms() == machine.wall_ms
    assert not clock.stepped


def test_a_step_moves_nothing(machine: Machine, step_ms: int) -> None:
    clock = machine.clock()
    machine.wall_ms += step_ms
    machine.pass_ms(500)
    assert clock.now_ms() == BEGIN_MS + 500
    assert clock.stepped


def test_a_step_is_taken_over_when_asked(machine: Machine) -> None:
    clock = machine.clock()
    machine.wall_ms += HOUR_MS
    clock.catch_up(BEGIN_MS)
    assert clock.now_ms() == machine.wall_ms
    assert not clock.stepped


def test_it_never_goes_back_behind_what_is_stored(machine: Machine) -> None:
    clock = machine.clock()
    machine.pass_ms(5_000)
    machine.wall_ms -= HOUR_MS
    clock.catch_up(BEGIN_MS + 3_000)
    assert clock.now_ms() == BEGIN_MS + 3_000


def test_a_new_process_goes_on_where_the_old_one_was(machine: Machine, step_ms: int, tmp_path: Path) -> None:
    machine.clock(tmp_path / "clock")
    machine.wall_ms += step_ms
    machine.pass_ms(2_000)
    assert machine.clock(tmp_path / "clock").now_ms() == BEGIN_MS + 2_000


def test_all_processes_take_it_over_together(machine: Machine, step_ms: int, tmp_path: Path) -> None:
    one, other = machine.clock(tmp_path / "clock"), machine.clock(tmp_path / "clock")
    machine.wall_ms += step_ms
    assert one.now_ms() == other.now_ms() == BEGIN_MS

    one.catch_up(0)
    machine.pass_ms(1_000)

    assert one.now_ms() == other.now_ms() == machine.wall_ms


def test_after_the_machines_own_start_the_file_is_worth_nothing(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_boot", lambda: "one")
    machine.clock(tmp_path / "clock")
    monkeypatch.setattr(module, "_boot", lambda: "another")
    machine.wall_ms, machine.elapsed_ms = BEGIN_MS + 60_000, 10_000
    assert machine.clock(tmp_path / "clock").now_ms() == machine.wall_ms


@pytest.mark.parametrize("text", ["", "{", '{"boot": 1}', "[]"])
def test_a_spoilt_file_is_as_good_as_none(machine: Machine, tmp_path: Path, text: str) -> None:
    (tmp_path / "clock").write_text(text, "ascii")
    assert machine.clock(tmp_path / "clock").now_ms() == BEGIN_MS
    assert machine.clock(tmp_path / "clock").now_ms() == BEGIN_MS


def test_a_folder_that_cannot_be_written_to_is_no_fault(machine: Machine, tmp_path: Path) -> None:
    assert machine.clock(tmp_path / "missing" / "clock").now_ms() == BEGIN_MS
