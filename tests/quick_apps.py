"""Applications within a hundredth of a second: what is the same for every one of them is worked out once.

Each test has an application of its own. Most of the time to make one goes into three things that depend on the program
alone: the functions that build addresses, the description of the API, the templates' code. A server makes them once;
thousands of tests made them thousands of times. What is kept here is made by the libraries themselves, on first need.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from apispec import APISpec
from flask import Flask
from flask_smorest import Blueprint
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


def make_quick() -> None:
    """From now on, in this process."""
    Rule._compile_builder = _remembered(Rule._compile_builder)  # type: ignore[method-assign]
    Blueprint.register_views_in_doc = _later(Blueprint.register_views_in_doc)
    APISpec.to_dict = _with_what_waited(APISpec.to_dict)  # type: ignore[method-assign, assignment]
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}


def _remembered(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """Two rules of the same words build addresses by the same function: it is given the rule as its first argument."""
    known: dict[tuple[str, ...], Any] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Any:
        key = (str(rule.rule), repr(rule._trace), repr(rule.defaults), str(append_unknown))
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    return remembered


def _later(register: Callable[..., None]) -> Callable[..., None]:
    """A blueprint is described when the description is asked for, which few tests do."""

    def later(blueprint: Blueprint, api: Any, app: Flask, spec: APISpec, **how: Any) -> None:
        waiting: list[Callable[[], None]] = spec.__dict__.setdefault("tests_waiting", [])
        waiting.append(partial(register, blueprint, api, app, spec, **how))

    return later


def _with_what_waited(to_dict: Callable[[APISpec], dict[str, Any]]) -> Callable[[APISpec], dict[str, Any]]:
    def whole(spec: APISpec) -> dict[str, Any]:
        waiting: list[Callable[[], None]] = spec.__dict__.pop("tests_waiting", [])
        for register in waiting:
            register()
        return to_dict(spec)

    return whole


class _Templates(BytecodeCache):
    """The templates' code by their text, in memory."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._known.get(bucket.key + bucket.checksum)
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key + bucket.checksum] = bucket.bytecode_to_string()
