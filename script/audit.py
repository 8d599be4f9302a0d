"""Is anything known against the packages that giaoban is made of? pip-audit and `npm audit` ask their services:

    script/audit.py NPM…        NPM… is the command that starts npm

Of the Python and of the browser packages it says one of three things: that nothing is known, what is known, or that
they were not audited because the service was out of reach. Status 1 only for what is known and has been repaired in
another version, or for a tool that does not run: a machine without the network can be tested too, and what nobody has
repaired yet cannot be put right here.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).absolute().parents[1]
LISTS: Final = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
PATIENCE_S: Final = 120  # for all packages of a kind; a service that is slower is as good as out of reach
REASON_LONGEST: Final = 160


class ToolBroken(Exception):
    """The tool did not come as far as asking its service."""


@dataclass
class Findings:
    """How many packages the service knows, and how many it does not; what is known against them; why nothing came."""

    audited: int = 0
    unknown: int = 0
    repaired: list[str] = field(default_factory=list)
    unrepaired: list[str] = field(default_factory=list)
    why_not: str = ""

    def __str__(self) -> str:
        if not self.audited:
            return f"not audited: service out of reach ({self.why_not or 'it knows none of the packages'})"
        left = f"; {self.unknown} packages not audited: unknown to the service" if self.unknown else ""
        if not self.repaired and not self.unrepaired:
            return f"nothing known against {self.audited} packages{left}"
        known = [*self.repaired, *(f"{one} (not repaired yet)" for one in self.unrepaired)]
        return f"known vulnerabilities: {', '.join(known)}{left}"


def read_pip_audit(status: int, output: str, errors: str) -> Findings:
    """What pip-audit found. Its status is 0 too when it could look up none of the packages. Raises ToolBroken."""
    if status == 2 or "No module named" in errors:
        raise ToolBroken(_reason(errors))
    report = _json(output)
    if not isinstance(report, dict) or "dependencies" not in report:
        return Findings(why_not=_reason(errors))
    found = Findings()
    for package in report["dependencies"]:
        if "skip_reason" in package:
            found.unknown += 1
            continue
        found.audited += 1
        for hole in package["vulns"]:
            name = f"{package['name']} {package['version']} {hole['id']}"
            if hole["fix_versions"]:
                found.repaired.append(f"{name}, repaired in {' or '.join(hole['fix_versions'])}")
            else:
                found.unrepaired.append(name)
    return found


def read_npm_audit(status: int, output: str, errors: str) -> Findings:
    """What `npm audit` found; its status is 1 for a hole and for a service that it cannot reach. Raises ToolBroken."""
    report = _json(output)
    if not isinstance(report, dict):
        raise ToolBroken(_reason(errors))
    if "auditReportVersion" not in report:
        return Findings(why_not=_reason(str(report.get("message", ""))) or _reason(errors))
    found = Findings(audited=report["metadata"]["dependencies"]["total"])
    for name, hole in report["vulnerabilities"].items():
        (found.repaired if hole["fixAvailable"] else found.unrepaired).append(f"{name} ({hole['severity']})")
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _reason(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:REASON_LONGEST] if lines else ""


def run(command: Sequence[str]) -> tuple[int, str, str]:
    """Status, output and errors of a command. Raises ToolBroken when there is none of that name."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    except OSError as error:
        raise ToolBroken(str(error)) from None
    return done.returncode, done.stdout, done.stderr


def main(npm: Sequence[str]) -> int:
    lists = [word for name in LISTS for word in ("-r", name)]
    pip_audit = [sys.executable, "-m", "pip_audit", *lists, "--no-deps", "--disable-pip", "--timeout", "5"]
    audits = (
        ("Python", [*pip_audit, "--format", "json", "--desc", "off", "--progress-spinner", "off"], read_pip_audit),
        ("npm", [*npm, "audit", "--json", "--package-lock-only", "--fetch-retries=0"], read_npm_audit),
    )
    status = 0
    for label, command, read in audits:
        try:
            found = read(*run(command))
        except subprocess.TimeoutExpired:
            found = Findings(why_not=f"no answer within {PATIENCE_S} s")
        except ToolBroken as error:
            print(f"{label}: the audit did not run: {error}")
            status = 1
            continue
        print(f"{label}: {found}", flush=True)
        if found.repaired:
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["npm"]))
