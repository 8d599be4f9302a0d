"""Whatever people do with control, in whatever order: one holds it, and nobody is kept out by somebody who is gone."""

from hypothesis import given
from hypothesis import strategies as st

from giaoban.domain.control import ACTIONS, Control, Party, decide, settled
from giaoban.domain.errors import GiaobanError

FREED_MS = 30_000
NAMES = ("lan", "nam", "hoa")

steps = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from(NAMES),
        st.integers(0, 2 * FREED_MS),
        st.sampled_from([None, "", "Máy hỏng"]),
    ),
    max_size=30,
)


@given(steps)
def test_control_is_never_taken_from_one_who_is_there_without_a_word(
    given_steps: list[tuple[str, str, int, str | None]],
) -> None:
    control, now_ms = Control(), 0
    for action, name, later_ms, reason in given_steps:
        now_ms += later_ms
        before, lost = settled(control, now_ms, FREED_MS)
        who = Party(f"key:{name}", f"mc:{name}", now_ms, now_ms)
        try:
            control, facts = decide(control, action, who, FREED_MS, reason)
        except GiaobanError:
            assert not (action == "take" and (before.holder is None or reason))
            continue

        moved = (before.holder and before.holder.key) != (control.holder and control.holder.key)
        asks = (before.asker and before.asker.key) != (control.asker and control.asker.key)
        assert facts[: len(lost)] == lost
        assert len(facts) - len(lost) <= 1
        if moved or asks:
            assert len(facts) > len(lost)
        if moved and before.holder is not None:
            said = facts[-1]
            by_holder = said.actor == before.holder.actor and said.kind in ("control_given", "control_released")
            assert by_holder or (said.kind == "control_taken" and said.data["reason"])
        if control.asker is not None:
            assert control.holder is not None
            assert control.asker.key != control.holder.key
        if action == "take":
            assert control.held_against(who.key) is None
