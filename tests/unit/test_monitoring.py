"""The dashboard, the alerts and the scraping ask for figures that there are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from prometheus_client import REGISTRY

import giaoban.web.metrics  # noqa: F401  # makes the figures known

ROOT: Final = Path(__file__).absolute().parents[2]
LANGUAGE: Final = frozenset({"sum", "by", "rate", "increase", "histogram_quantile", "topk", "or", "and", "vector"}) | {
    "max_over_time",
    "min_over_time",
}
ENDINGS: Final = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
    "info": ("_info",),
}
ADDED_BY_PROMETHEUS: Final = {"job", "instance"}


def dashboard() -> Iterator[str]:
    panels = json.loads((ROOT / "deploy/grafana/giaoban.json").read_text("utf-8"))["panels"]
    for panel in panels:
        for target in panel["targets"]:
            yield target["expr"]


def alerts() -> Iterator[str]:
    for group in loaded("alerts.yml")["groups"]:
        for rule in group["rules"]:
            yield rule["expr"]


def loaded(name: str) -> Any:
    return yaml.safe_load((ROOT / "deploy/prometheus" / name).read_text("utf-8"))


def figures() -> dict[str, set[str]]:
    """The labels of every figure by its full name."""
    named = {"up": set(ADDED_BY_PROMETHEUS)}
    for collector in list(REGISTRY._collector_to_names):
        for family in collector.collect():
            for ending in ENDINGS[family.type]:
                labels = set(getattr(collector, "_labelnames", ())) | ADDED_BY_PROMETHEUS
                name = family.name.removesuffix("_total" if family.type == "counter" else "\0") + ending
                named[name] = labels | ({"le"} if ending == "_bucket" else set())
    return named


@pytest.mark.parametrize("expression", [*dashboard(), *alerts()])
def test_a_figure_that_is_asked_for_is_there_with_these_labels(expression: str) -> None:
    known = figures()
    bare = re.sub(r'"[^"]*"|\[[^]]*\]|\b\d[\w.]*', "", expression)  # without texts, lengths of time and numbers
    labels = set(re.findall(r"(\w+)\s*=", bare))
    labels |= {label for group in re.findall(r"\bby \(([^)]*)\)", bare) for label in re.findall(r"\w+", group)}
    metrics = set(re.findall(r"\w+", bare)) - labels - LANGUAGE

    assert metrics
    assert metrics <= known.keys()
    assert all(labels <= known[metric] for metric in metrics)


def test_an_alert_tells_people_what_it_is() -> None:
    for group in loaded("alerts.yml")["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in ("critical", "warning")
            assert rule["annotations"].keys() == {"summary", "description"}


def test_each_process_is_asked_by_itself() -> None:
    (job,) = loaded("prometheus.yml")["scrape_configs"]
    upstreams = (ROOT / "deploy/nginx/upstreams.conf").read_text("utf-8")

    (targets,) = [entry["targets"] for entry in job["static_configs"]]

    assert job["job_name"] == "giaoban"
    assert set(targets) == set(re.findall(r"server (127\.0\.0\.1:\d+)", upstreams))
