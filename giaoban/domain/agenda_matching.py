"""Which item of a running order a row of a table means."""

from collections.abc import Callable, Hashable, Sequence

from giaoban.domain.agenda_table import ReadItem
from giaoban.domain.grid import tidy
from giaoban.domain.items import Item


def matches(there: Sequence[Item], items: Sequence[ReadItem], *, kinds_told: bool) -> dict[int, Item]:
    """The item of the order that each row means, by the row's number: by id, else by what it says."""
    found: dict[int, Item] = {}
    taken: set[str] = set()
    by_id = {item.id: item for item in there}
    for item in items:
        known = by_id.get(item.item_id)
        if known is not None and known.id not in taken:
            found[item.row] = known
            taken.add(known.id)

    def pass_over(mine: Callable[[ReadItem], Hashable], theirs: Callable[[Item], Hashable], *, alone: bool) -> None:
        free: dict[Hashable, list[Item]] = {}
        for known in there:
            if known.id not in taken:
                free.setdefault(theirs(known), []).append(known)
        wanted: dict[Hashable, int] = {}
        for item in items:
            if item.row not in found:
                wanted[mine(item)] = wanted.get(mine(item), 0) + 1
        for item in items:
            if item.row in found:
                continue
            key = mine(item)
            candidates = free.get(key, [])
            if not candidates or not key or (alone and (len(candidates) > 1 or wanted[key] > 1)):
                continue
            known = candidates.pop(0)
            found[item.row] = known
            taken.add(known.id)

    def speaker(item: ReadItem) -> str:
        return text_key(item.fields.get("speaker"))

    if kinds_told:
        pass_over(
            lambda item: (item.fields["kind"], text_key(item.fields["title"]), speaker(item)),
            lambda item: (item.kind, text_key(item.title), text_key(item.speaker)),
            alone=False,
        )
    pass_over(
        lambda item: (text_key(item.fields["title"]), speaker(item)) if item.fields["title"] else "",
        lambda item: (text_key(item.title), text_key(item.speaker)),
        alone=False,
    )
    pass_over(lambda item: text_key(item.fields["title"]), lambda item: text_key(item.title), alone=True)
    pass_over(
        lambda item: (item.fields["kind"], speaker(item)) if speaker(item) else "",
        lambda item: (item.kind, text_key(item.speaker)),
        alone=True,
    )
    return found


def text_key(text: str | None) -> str:
    return tidy(text or "").casefold()
