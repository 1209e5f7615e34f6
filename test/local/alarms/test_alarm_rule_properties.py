"""Rules of composite alarms against Python's own not, and, or, over rules that hypothesis makes up.

Python binds them in the same order: not before and before or.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from local.alarms import AlarmState, CompositeAlarm

NAMES = ("a", "b", "c")

Written = tuple[str, str]
"""A rule, and the same for Python."""


def in_state(state: str, name: str) -> Written:
    return f'{state}("{name}")', f"(states[{name!r}] == {state!r})"


leaves = st.one_of(
    st.builds(in_state, st.sampled_from(list(AlarmState)).map(str), st.sampled_from(NAMES)),
    st.just(("TRUE", "True")),
    st.just(("FALSE", "False")),
)


def joined(parts: list[Written], word: str) -> Written:
    return f" {word} ".join(rule for rule, _ in parts), f" {word.lower()} ".join(code for _, code in parts)


def combined(rules: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    several = st.lists(rules, min_size=2, max_size=4)
    return st.one_of(
        st.builds(joined, several, st.sampled_from(("AND", "OR"))),
        rules.map(lambda one: (f"NOT {one[0]}", f"not {one[1]}")),
        rules.map(lambda one: (f"({one[0]})", f"({one[1]})")),
    )


@settings(max_examples=400)
@given(
    st.recursive(leaves, combined, max_leaves=10),
    st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from(list(AlarmState)).map(str))),
)
def test_a_rule_holds_when_python_says_so(written: Written, states: dict[str, str]) -> None:
    rule, code = written
    judged = CompositeAlarm.parse({"AlarmName": "x", "AlarmRule": rule}).judge(states)
    assert judged == ("ALARM" if eval(code, {"states": states}) else "OK")
