"""docs/companion.md tells the truth: its calls are played in their order, and every one is accepted."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from giaoban.seed import demo
from tests.live_server import PASSWORD

TEXT = (Path(__file__).absolute().parents[2] / "docs" / "companion.md").read_text("utf-8")
SERVER = "http://localhost"


@dataclass
class Shell:
    """What the examples expect around them: who is signed in, and what was read last."""

    client: FlaskClient
    token: str = ""
    version: int = 0

    def play(self, line: str) -> TestResponse:
        """The call of one `curl` line, with its variables filled in as a shell does."""
        for name, value in {
            "$SERVER": SERVER,
            "$CONFERENCE": demo.SLUG,
            "$TOKEN": self.token,
            "$VERSION": str(self.version),
            "$(uuidgen)": str(uuid4()),
            "PASSWORD": PASSWORD,
        }.items():
            line = line.replace(name, value)
        program, *words = shlex.split(line)
        assert program == "curl"
        options: dict[str, list[str]] = {}
        urls = []
        while words:
            word = words.pop(0)
            if word in ("-X", "-H", "-d"):
                options.setdefault(word, []).append(words.pop(0))
            elif word != "-s":
                urls.append(word)
        (url,) = urls
        headers = dict(header.split(": ", 1) for header in options.get("-H", []))
        (method,) = options.get("-X", ["POST" if "-d" in options else "GET"])
        body: Any = options["-d"][0].encode() if "-d" in options else None
        return self.client.open(url.removeprefix(SERVER), method=method, headers=headers, data=body)


def test_every_call_of_the_document_is_accepted(app: Flask) -> None:
    shell = Shell(app.test_client(use_cookies=False))
    lines = re.findall(r"```sh\n(.+?)\n```", TEXT, re.S)
    pressed = []

    for line in lines:
        answer = shell.play(line)
        assert answer.status_code in (200, 201, 204), f"{line}\n{answer.text}"
        told = answer.get_json(silent=True) or {}
        shell.token = told.get("token", shell.token)
        shell.version = told.get("version", shell.version)
        if "events" in told:
            pressed.append(re.search(r'"name": "(\w+)"', line)[1])  # type: ignore[index]

    assert pressed == ["next", "pause", "resume", "add_time", "set_scene", "set_message"]
    assert shell.version == len(pressed)
    assert shell.play(lines[-1]).status_code == 401


def test_every_refusal_of_the_document_is_one(app: Flask) -> None:
    shell = Shell(app.test_client(use_cookies=False))
    sign_in, _, press, pause, *_ = re.findall(r"```sh\n(.+?)\n```", TEXT, re.S)
    (take,) = [line for line in re.findall(r"```sh\n(.+?)\n```", TEXT, re.S) if '"take"' in line]
    other, shell.token = shell.play(sign_in).get_json()["token"], shell.play(sign_in).get_json()["token"]

    codes = [shell.play(pause).get_json()["error"]["code"]]
    assert shell.play(press).status_code == 200
    stale = shell.play(press).get_json()["error"]
    codes.append(stale["code"])
    shell.version = stale["details"]["snapshot"]["version"]
    assert Shell(shell.client, other).play(take).status_code == 200
    held = shell.play(press).get_json()["error"]
    codes.append(held["code"])

    assert held["details"]["holder"]["name"] == "mc"
    assert set(codes) == set(re.findall(r"^\| `(\w+)` \| ", TEXT, re.M))
