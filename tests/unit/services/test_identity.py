"""The access table of the contract (§3), copied here line by line."""

import pytest

from giaoban.domain.commands import NAMES
from giaoban.domain.errors import NotAllowed
from giaoban.services.identity import STAFF, Identity, cli_identity

ROLES = ("admin", "mc", "secretary", "technician", "endpoint")
RUNNING = ("start", "pause", "resume", "finish", "next", "add_time", "undo", "set_scene")
EDITING = (
    "insert",
    "edit",
    "move",
    "remove",
    "skip",
    "unskip",
    "restore",
    "set_lengths",
    "replace_pending",
    "compress",
    "set_message",
    "set_plan",
)
TABLE = {
    **dict.fromkeys(RUNNING, {"admin", "mc"}),
    **dict.fromkeys(EDITING, {"admin", "mc", "secretary"}),
}


def identity(role: str, **fields: object) -> Identity:
    return Identity(key=f"{role}:1", name="lan", role=role, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("command", TABLE)
def test_who_may_give_which_command(command: str, role: str) -> None:
    assert identity(role).may_command(command) is (role in TABLE[command])


def test_every_command_is_in_the_table() -> None:
    assert set(NAMES.values()) == set(TABLE)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("run", {"admin", "mc"}),
        ("edit", {"admin", "mc", "secretary"}),
        ("check_in_any", {"admin", "mc", "secretary"}),
        ("roll_call_all", {"admin", "mc", "secretary", "technician"}),
        ("log", {"admin", "mc", "secretary"}),
        ("technical", {"admin", "technician"}),
        ("administer", {"admin"}),
    ],
)
def test_who_may_do_what(permission: str, roles: set[str]) -> None:
    assert {role for role in ROLES if identity(role).may(permission)} == roles
    for role in ROLES:
        if role in roles:
            identity(role).require(permission)
        else:
            with pytest.raises(NotAllowed):
                identity(role).require(permission)


def test_an_unknown_permission_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        identity("admin").may("fly")


def test_an_unknown_command_is_nothing_for_a_technician() -> None:
    assert not identity("technician").may_command("dance")


def test_staff_are_the_four_roles_with_passwords() -> None:
    assert STAFF == ("admin", "mc", "secretary", "technician")
    assert [role for role in ROLES if identity(role).is_staff] == list(STAFF)


def test_the_log_names_role_and_person() -> None:
    assert identity("mc").actor == "mc:lan"
    assert cli_identity("root").actor == "admin:root"
