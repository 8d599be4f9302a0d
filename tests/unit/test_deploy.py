"""What lies under deploy/ fits the program and itself."""

import configparser
import re
import runpy
from pathlib import Path
from typing import Any, Final

import gevent
import pytest
import yaml
from gunicorn.workers.ggevent import GeventWorker

from giaoban.config import PREFIX, SETTINGS
from tests.image import copied, instructions

ROOT: Final = Path(__file__).absolute().parents[2]
INSTALLED: Final = "/opt/giaoban"
UNITS: Final = sorted((ROOT / "deploy/systemd").iterdir())
SERVICES: Final = [unit for unit in UNITS if unit.suffix == ".service"]


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text("utf-8"))
    return parser


def test_the_example_of_settings_has_each_once_with_its_default() -> None:
    text = (ROOT / "deploy/giaoban.env.example").read_text("utf-8")

    lines = re.findall(rf"^(#?){PREFIX}(\w+)=(.*)$", text, re.M)

    assert sorted(name for _, name, _ in lines) == sorted(setting.name for setting in SETTINGS)
    defaults = {setting.name: setting.default for setting in SETTINGS}
    for comment, name, value in lines:
        if comment and defaults[name] is not None:
            default = defaults[name]
            assert value == str(int(default) if isinstance(default, bool) else default)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_what_a_unit_names_is_there(path: Path) -> None:
    text = path.read_text("utf-8")

    assert unit(path)["Unit"]["Description"]
    for named in re.findall(rf"{INSTALLED}/([\w./-]+)", text):
        assert named.startswith((".venv/bin/", "instance")) or (ROOT / named).is_file(), named
    for other in re.findall(r"\b(giaoban[\w@-]*\.(?:service|timer|target))\b", text):
        assert (ROOT / "deploy/systemd" / re.sub(r"@\d+", "@", other)).is_file(), other


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_may_do_no_more_than_it_must(path: Path) -> None:
    service = unit(path)["Service"]

    assert service["User"] == "giaoban"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert f"{INSTALLED}/instance" in service["ReadWritePaths"].split()
    assert service["EnvironmentFile"] == "/etc/giaoban/giaoban.env"


def test_a_process_is_named_by_its_port() -> None:
    service = unit(ROOT / "deploy/systemd/giaoban@.service")["Service"]

    assert "PORT=%i" in service["Environment"].split()
    assert service["ExecStart"].endswith("gunicorn -c deploy/gunicorn.conf.py wsgi:app")


# ---- containers


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))
    return loaded


def test_what_the_images_take_is_there_and_let_in() -> None:
    let_in = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    for source in copied():
        assert (ROOT / source).exists(), source
        assert any(f"!{part}" in let_in for part in (source, *map(str, Path(source).parents))), source


def test_the_services_fit_together() -> None:
    whole = compose()
    services = whole["services"]
    targets = {words[-1] for words in instructions() if words[0] == "FROM"}

    assert services.keys() == {"postgres", "redis", "migrate", "web1", "web2", "nginx", "backup"}
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= services.keys(), name
        assert service.get("build", {}).get("target", "web") in targets, name
        volumes = {volume.split(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(".")}
        assert volumes <= whole["volumes"].keys(), name


def test_nginx_finds_both_processes_and_each_has_its_own_address() -> None:
    (run,) = [words for words in instructions() if words[0] == "RUN" and "upstreams" in " ".join(words)]
    written = {}
    for rule in [word for word in run if word.startswith("s/127")]:
        _, old, new, _ = rule.split("/")
        written[old.replace("\\.", ".")] = new
    upstreams = (ROOT / "deploy/nginx/upstreams.conf").read_text("utf-8")
    services = compose()["services"]

    assert set(re.findall(r"server ([\d.:]+)", upstreams)) == written.keys()
    addresses = [services[name]["networks"]["inside"]["ipv4_address"] for name in ("web1", "web2")]
    assert list(written.values()) == [f"{address}:8000" for address in addresses]


def test_a_location_that_says_a_header_of_its_own_says_all_the_others_again() -> None:
    """nginx drops every `proxy_set_header` of the level above where one stands: an address that a client made up would
    then be believed."""
    text = (ROOT / "deploy/nginx/locations.conf").read_text("utf-8")
    above, *locations = re.split(r"^location ", text, flags=re.M)

    def named(part: str) -> set[str]:
        return set(re.findall(r"^\s*proxy_set_header (\S+)", part, re.M))

    own = {location.split("{")[0].strip(): named(location) for location in locations if named(location)}

    assert "X-Forwarded-For" in named(above)
    assert "/socket.io/" in own
    assert {where: named(above) - said for where, said in own.items()} == dict.fromkeys(own, set())


def test_the_example_of_settings_for_containers_names_settings_that_there_are() -> None:
    text = (ROOT / "deploy/compose.env.example").read_text("utf-8")

    names = re.findall(r"^(\w+)=", text, re.M)

    ours = {PREFIX + setting.name for setting in SETTINGS}
    assert set(names) - ours == {"GIAOBAN_NAME", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}
    assert {"GIAOBAN_DATABASE_URL", "GIAOBAN_REDIS_URL", "GIAOBAN_SECRET_KEY", "GIAOBAN_PUBLIC_URL"} <= set(names)


def test_others_are_served_between_two_requests_of_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(GeventWorker, "handle_request", lambda *_: order.append("request"))
    worker = object.__new__(runpy.run_path(str(ROOT / "deploy/gunicorn.conf.py"))["GiaobanWorker"])
    for _ in range(2):
        gevent.spawn(order.append, "other")
        worker.handle_request("listener", None, None, None)
    assert order == ["other", "request"] * 2
