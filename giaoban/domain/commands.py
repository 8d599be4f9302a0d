"""The commands of the running order as typed data, and the one place that checks what a client sent.

`parse` refuses with InvalidInput whatever no state could make legal; legality in the present state is
`legality.refusal`'s business.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from giaoban.domain.errors import InvalidInput
from giaoban.domain.items import KINDS, LONGEST_MS, SPEAKER_LONGEST, TITLE_LONGEST
from giaoban.domain.replan import FAR_FUTURE_AT_MS, LATEST_START_AT_MS
from giaoban.domain.texts import clean_text

SCENES: Final = ("maket", "speaker", "agenda", "roll_call", "break", "message", "black")
MESSAGE_LONGEST: Final = 300
MESSAGE_LEAST_MS: Final = 5_000
MESSAGE_MOST_MS: Final = 3_600_000
ADD_TIME_MOST_MS: Final = 3_600_000
ITEMS_MOST: Final = 10_000  # in one list
REASON_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody asks of the running order; `name` is the word on the wire."""

    @property
    def name(self) -> str:
        return NAMES[type(self)]


@dataclass(frozen=True, slots=True)
class Start(Command):
    item_id: str


@dataclass(frozen=True, slots=True)
class Next(Command):
    item_id: str | None = None


@dataclass(frozen=True, slots=True)
class Finish(Command):
    pass


@dataclass(frozen=True, slots=True)
class Pause(Command):
    pass


@dataclass(frozen=True, slots=True)
class Resume(Command):
    pass


@dataclass(frozen=True, slots=True)
class AddTime(Command):
    """`delta_ms` positive lengthens, negative shortens the live item."""

    delta_ms: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Skip(Command):
    item_id: str


@dataclass(frozen=True, slots=True)
class Unskip(Command):
    item_id: str


@dataclass(frozen=True, slots=True)
class Move(Command):
    """`position` counts from 1 and is where the item stands afterwards; `reason` is for the log."""

    item_id: str
    position: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Insert(Command):
    """`fields` holds kind, title, planned_ms and, as far as given, the optional keys of an item."""

    position: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edit(Command):
    item_id: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remove(Command):
    item_id: str


@dataclass(frozen=True, slots=True)
class ReplacePending(Command):
    """Everything still to come becomes exactly `items`, in that order.

    One with an `item_id` is the item of that id with those fields changed, one without a new item.
    """

    items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Restore(Command):
    """Brings a removed item back; `position` None is where it stood, as far as that is free."""

    item_id: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SetLengths(Command):
    """`lengths` maps the ids of items still to come to their new `planned_ms`."""

    lengths: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Compress(Command):
    """All that is still to come shall end at `end_at_ms`; `floors` maps kinds and ids to least lengths in ms."""

    end_at_ms: int
    floors: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undo(Command):
    pass


@dataclass(frozen=True, slots=True)
class SetScene(Command):
    """`scene` is one of SCENES, or "auto" to follow the running order."""

    scene: str


@dataclass(frozen=True, slots=True)
class SetMessage(Command):
    """`to` is "all", "speaker" or an endpoint's code; an empty text clears. Without `for_ms` it stays until then."""

    text: str
    to: str
    for_ms: int | None = None


@dataclass(frozen=True, slots=True)
class SetPlan(Command):
    """When the conference begins, and how long a paper may be; None leaves it."""

    starts_at_ms: int | None = None
    paper_cap_ms: int | None = None


NAMES: Final[dict[type[Command], str]] = {
    Start: "start",
    Next: "next",
    Finish: "finish",
    Pause: "pause",
    Resume: "resume",
    AddTime: "add_time",
    Skip: "skip",
    Unskip: "unskip",
    Move: "move",
    Insert: "insert",
    Edit: "edit",
    Remove: "remove",
    ReplacePending: "replace_pending",
    Restore: "restore",
    SetLengths: "set_lengths",
    Compress: "compress",
    Undo: "undo",
    SetScene: "set_scene",
    SetMessage: "set_message",
    SetPlan: "set_plan",
}

TEXT_FIELDS: Final = ("kind", "title", "speaker", "endpoint_code")
LENGTH_FIELDS: Final = ("planned_ms", "cap_ms", "min_ms", "not_before_at_ms")
ITEM_FIELDS: Final = TEXT_FIELDS + LENGTH_FIELDS
_MANDATORY: Final = ("kind", "title", "planned_ms")


def parse(name: object, args: object) -> Command:
    """The command of that name with checked, NFC-normalised arguments.

    Raises InvalidInput naming the field: unknown name or key, missing key, wrong type, out of range.
    """
    if not isinstance(name, str) or name not in _PARSERS:
        raise InvalidInput("Không có lệnh này.", field="name", allowed=sorted(_PARSERS))
    if not isinstance(args, Mapping):
        raise InvalidInput("“args” phải là một đối tượng.", field="args")
    required, optional, make = _PARSERS[name]
    unknown = [str(key) for key in args if key not in required + optional]
    if unknown:
        raise InvalidInput("Có khóa lạ trong “args”: " + ", ".join(unknown) + ".", field="args", unknown=unknown)
    missing = [key for key in required if key not in args]
    if missing:
        raise InvalidInput("Thiếu trong “args”: " + ", ".join(missing) + ".", field="args", missing=missing)
    return make(args)


def _integer(value: object, field_name: str, *, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(f"“{field_name}” phải là số nguyên.", field=field_name)
    if not least <= value <= most:
        raise InvalidInput(f"“{field_name}” phải từ {least} đến {most}.", field=field_name, least=least, most=most)
    return value


def _item_id(args: Mapping[str, Any]) -> str:
    value = args["item_id"]
    if not isinstance(value, str) or not value:
        raise InvalidInput("“item_id” phải là chữ.", field="item_id")
    return value


def _position(args: Mapping[str, Any]) -> int:
    return _integer(args["position"], "position", least=1, most=1_000_000)


def item_fields(value: object, *, whole: bool) -> dict[str, Any]:
    """Checked fields of an item as given by a client; `whole` demands kind, title and planned_ms.

    Null clears an optional field. Raises InvalidInput.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput("Mục phải là một đối tượng.", field="item")
    unknown = [str(key) for key in value if key not in ITEM_FIELDS]
    if unknown:
        raise InvalidInput("Có khóa lạ trong mục: " + ", ".join(unknown) + ".", field=unknown[0], unknown=unknown)
    missing = [key for key in _MANDATORY if whole and key not in value]
    if missing:
        raise InvalidInput("Mục còn thiếu: " + ", ".join(missing) + ".", field=missing[0], missing=missing)
    if not value:
        raise InvalidInput("Chưa có gì để sửa.", field="fields")
    return {key: _ITEM_CHECKS[key](given) for key, given in value.items()}


def _kind(value: object) -> str:
    if value not in KINDS:
        raise InvalidInput("Loại mục không có trong danh sách.", field="kind", allowed=list(KINDS))
    return str(value)


def _title(value: object) -> str:
    return clean_text(value, "title", longest=TITLE_LONGEST, shortest=1)


def _speaker(value: object) -> str | None:
    return None if value is None else (clean_text(value, "speaker", longest=SPEAKER_LONGEST) or None)


def _endpoint_code(value: object) -> str | None:
    return None if value is None else (clean_text(value, "endpoint_code", longest=20) or None)


def _planned_ms(value: object) -> int:
    return _integer(value, "planned_ms", least=1, most=LONGEST_MS)


def _cap_ms(value: object) -> int | None:
    return None if value is None else _integer(value, "cap_ms", least=1, most=LONGEST_MS)


def _min_ms(value: object) -> int | None:
    return None if value is None else _integer(value, "min_ms", least=0, most=LONGEST_MS)


def _not_before(value: object) -> int | None:
    return None if value is None else _integer(value, "not_before_at_ms", least=0, most=FAR_FUTURE_AT_MS)


_ITEM_CHECKS: Final = {
    "kind": _kind,
    "title": _title,
    "speaker": _speaker,
    "endpoint_code": _endpoint_code,
    "planned_ms": _planned_ms,
    "cap_ms": _cap_ms,
    "min_ms": _min_ms,
    "not_before_at_ms": _not_before,
}


def _next(args: Mapping[str, Any]) -> Next:
    return Next() if args.get("item_id") is None else Next(_item_id(args))


def _replacements(value: object) -> tuple[dict[str, Any], ...]:
    """Raises InvalidInput, with the `index` of the item that is wrong."""
    if not isinstance(value, list) or not 1 <= len(value) <= ITEMS_MOST:
        raise InvalidInput(f"“items” phải là một danh sách, từ 1 đến {ITEMS_MOST} mục.", field="items")
    checked: list[dict[str, Any]] = []
    named: set[str] = set()
    for index, given in enumerate(value):
        try:
            fields = dict(given) if isinstance(given, Mapping) else {}
            known = {} if fields.get("item_id") is None else {"item_id": _item_id(fields)}
            fields.pop("item_id", None)
            if known and known["item_id"] in named:
                raise InvalidInput(f"Mục mang mã {known['item_id']} có hai lần.", field="item_id")
            named |= set(known.values())
            checked.append({**known, **(item_fields(fields, whole=not known) if fields or not known else {})})
        except InvalidInput as error:
            raise error.with_details({"index": index}) from None
    return tuple(checked)


def _restore(args: Mapping[str, Any]) -> Restore:
    return Restore(_item_id(args), None if args.get("position") is None else _position(args))


def _set_lengths(args: Mapping[str, Any]) -> SetLengths:
    given = args["lengths"]
    if not isinstance(given, Mapping) or not given:
        raise InvalidInput("“lengths” phải là một đối tượng, ít nhất một mục.", field="lengths")
    if not all(isinstance(item_id, str) and item_id for item_id in given):
        raise InvalidInput("Khóa trong “lengths” phải là mã của mục.", field="lengths")
    return SetLengths({item_id: _planned_ms(value) for item_id, value in given.items()})


def _compress(args: Mapping[str, Any]) -> Compress:
    end_at_ms = _integer(args["end_at_ms"], "end_at_ms", least=0, most=FAR_FUTURE_AT_MS)
    given = {} if args.get("floors") is None else args["floors"]
    if not isinstance(given, Mapping) or not all(isinstance(key, str) and key for key in given):
        raise InvalidInput("“floors” phải là một đối tượng: loại mục hoặc mã của mục.", field="floors")
    return Compress(
        end_at_ms, {key: _integer(value, "floors", least=0, most=LONGEST_MS) for key, value in given.items()}
    )


def _add_time(args: Mapping[str, Any]) -> AddTime:
    delta_ms = _integer(args["delta_ms"], "delta_ms", least=-ADD_TIME_MOST_MS, most=ADD_TIME_MOST_MS)
    if delta_ms == 0:
        raise InvalidInput("“delta_ms” phải khác 0.", field="delta_ms")
    return AddTime(delta_ms, _reason(args))


def _reason(args: Mapping[str, Any]) -> str | None:
    given = args.get("reason")
    return None if given is None else clean_text(given, "reason", longest=REASON_LONGEST) or None


def _set_scene(args: Mapping[str, Any]) -> SetScene:
    if args["name"] not in (*SCENES, "auto"):
        raise InvalidInput("Không có cảnh này.", field="name", allowed=[*SCENES, "auto"])
    return SetScene(args["name"])


def _set_message(args: Mapping[str, Any]) -> SetMessage:
    text = clean_text(args["text"], "text", longest=MESSAGE_LONGEST)
    given = args.get("for_ms")
    for_ms = None if given is None else _integer(given, "for_ms", least=MESSAGE_LEAST_MS, most=MESSAGE_MOST_MS)
    return SetMessage(text, clean_text(args["to"], "to", longest=20, shortest=1), for_ms)


def _set_plan(args: Mapping[str, Any]) -> SetPlan:
    starts_at_ms, paper_cap_ms = args.get("starts_at_ms"), args.get("paper_cap_ms")
    if starts_at_ms is None and paper_cap_ms is None:
        raise InvalidInput("Chưa có gì để sửa.", field="args")
    if starts_at_ms is not None:
        starts_at_ms = _integer(starts_at_ms, "starts_at_ms", least=0, most=LATEST_START_AT_MS)
    if paper_cap_ms is not None:
        paper_cap_ms = _integer(paper_cap_ms, "paper_cap_ms", least=1, most=LONGEST_MS)
    return SetPlan(starts_at_ms, paper_cap_ms)


_Maker = Callable[[Mapping[str, Any]], Command]
_PARSERS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...], _Maker]]] = {
    "start": (("item_id",), (), lambda args: Start(_item_id(args))),
    "next": ((), ("item_id",), _next),
    "finish": ((), (), lambda args: Finish()),
    "pause": ((), (), lambda args: Pause()),
    "resume": ((), (), lambda args: Resume()),
    "add_time": (("delta_ms",), ("reason",), _add_time),
    "skip": (("item_id",), (), lambda args: Skip(_item_id(args))),
    "unskip": (("item_id",), (), lambda args: Unskip(_item_id(args))),
    "move": (("item_id", "position"), ("reason",), lambda args: Move(_item_id(args), _position(args), _reason(args))),
    "insert": (
        ("position", "item"),
        (),
        lambda args: Insert(_position(args), item_fields(args["item"], whole=True)),
    ),
    "edit": (
        ("item_id", "fields"),
        (),
        lambda args: Edit(_item_id(args), item_fields(args["fields"], whole=False)),
    ),
    "remove": (("item_id",), (), lambda args: Remove(_item_id(args))),
    "replace_pending": (("items",), (), lambda args: ReplacePending(_replacements(args["items"]))),
    "restore": (("item_id",), ("position",), _restore),
    "set_lengths": (("lengths",), (), _set_lengths),
    "compress": (("end_at_ms",), ("floors",), _compress),
    "undo": ((), (), lambda args: Undo()),
    "set_scene": (("name",), (), _set_scene),
    "set_message": (("text", "to"), ("for_ms",), _set_message),
    "set_plan": ((), ("starts_at_ms", "paper_cap_ms"), _set_plan),
}
