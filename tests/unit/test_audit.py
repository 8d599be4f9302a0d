"""An audit never says that all is well when nobody could be asked, and fails only where something can be done."""

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.live_server import ROOT


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", Path(ROOT) / "script" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pip_report(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def package(name: str, *holes: tuple[str, list[str]]) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [{"id": hole, "fix_versions": fixed} for hole, fixed in holes]}


def npm_report(**holes: bool) -> str:
    """npm's report of 15 packages; each hole with whether a repaired version is available."""
    found = {name: {"name": name, "severity": "high", "fixAvailable": fixed} for name, fixed in holes.items()}
    return json.dumps(
        {"auditReportVersion": 2, "vulnerabilities": found, "metadata": {"dependencies": {"prod": 15, "total": 15}}}
    )


SKIPPED = {"name": "flask", "skip_reason": "Dependency not found and could not be audited: flask (3.1.2)"}
OUT_OF_REACH = "Traceback (most recent call last):\n  …\nrequests.exceptions.ConnectionError: connection refused\n"
UNREACHED = json.dumps({"message": "request failed, reason: connect ECONNREFUSED", "error": {"summary": ""}})
METHOD_NOT_ALLOWED = json.dumps({"message": "405 Method Not Allowed", "statusCode": 405, "error": {"summary": ""}})
FIXABLE, UNFIXABLE = package("flask", ("PYSEC-1", ["1.1", "2.0"])), package("jinja2", ("PYSEC-2", []))

PIP = {
    "well": (0, pip_report(package("flask"), package("jinja2")), "", 0, "nothing known against 2 packages"),
    "fixable": (1, pip_report(FIXABLE, package("jinja2")), "", 1, "flask 1.0 PYSEC-1, repaired in 1.1 or 2.0"),
    "unfixable": (1, pip_report(UNFIXABLE), "", 0, "jinja2 1.0 PYSEC-2 (not repaired yet)"),
    "both": (1, pip_report(UNFIXABLE, FIXABLE), "", 1, "PYSEC-1, repaired in 1.1 or 2.0, jinja2 1.0 PYSEC-2"),
    "no network": (1, "", OUT_OF_REACH, 0, "not audited: service out of reach (requests.exceptions.ConnectionError"),
    "no package known": (0, pip_report(SKIPPED, SKIPPED), "No known vulnerabilities found", 0, "not audited: service"),
    "some known": (0, pip_report(SKIPPED, package("jinja2")), "", 0, "against 1 packages; 1 packages not audited"),
    "half an answer": (0, '{"dependencies": [', "", 0, "not audited: service out of reach"),
    "wrong use": (2, "", "pip-audit: error: unrecognized arguments: --x", 1, "did not run: pip-audit: error"),
    "not installed": (1, "", "python: No module named pip_audit", 1, "did not run: python: No module named"),
}
NPM = {
    "well": (0, npm_report(), "", 0, "nothing known against 15 packages"),
    "fixable": (1, npm_report(ws=True), "", 1, "known vulnerabilities: ws (high)"),
    "unfixable": (1, npm_report(ws=False), "", 0, "ws (high) (not repaired yet)"),
    "no network": (1, UNREACHED, "npm error audit", 0, "out of reach (request failed, reason: connect ECONNREFUSED)"),
    "no service": (1, METHOD_NOT_ALLOWED, "npm error", 0, "not audited: service out of reach (405 Method Not Allowed)"),
    "broken": (1, "", "npm error Unknown command", 1, "did not run: npm error Unknown command"),
}


@pytest.mark.parametrize(("tool", "case"), [*(("pip", case) for case in PIP), *(("npm", case) for case in NPM)])
def test_what_the_tools_say_decides(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tool: str, case: str
) -> None:
    status, output, errors, decision, sentence = (PIP if tool == "pip" else NPM)[case]
    told = {"pip": PIP["well"][:3], "npm": NPM["well"][:3], tool: (status, output, errors)}
    monkeypatch.setattr(audit, "run", lambda command: told["npm" if command[0] == "npm" else "pip"])

    assert audit.main(["npm"]) == decision

    lines = capsys.readouterr().out.splitlines()
    assert sentence in lines[1 if tool == "npm" else 0]
    assert len(lines) == 2


def test_a_service_that_does_not_answer_is_out_of_reach(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wait(command: list[str]) -> Any:
        raise subprocess.TimeoutExpired(command, 120)

    monkeypatch.setattr(audit, "run", wait)

    assert audit.main(["npm"]) == 0
    assert capsys.readouterr().out.count("not audited: service out of reach (no answer within 120 s)") == 2


def test_a_tool_that_is_not_there_is_no_service_out_of_reach(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit.sys, "executable", "/nowhere/python")

    assert audit.main(["/nowhere/npm"]) == 1
    assert capsys.readouterr().out.count("the audit did not run") == 2
