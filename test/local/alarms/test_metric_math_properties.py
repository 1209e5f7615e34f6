"""Metric math against a second implementation, over expressions and series that hypothesis makes up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_math import TIMES, Series, Tree, compute, text

from local.alarms.metric_math import Grid, MetricMath
from local.alarms.metric_math import Series as GridSeries

IDS = ("m1", "m2", "m3")

numbers = st.sampled_from((-2, -1, 0, 0.5, 1, 3)).map(lambda value: ("number", value))
metrics = st.sampled_from(IDS).map(lambda id: ("metric", id))
signs = st.sampled_from(("+", "-", "*", "/", "<", ">=", "==", "AND", "OR"))


def combined(series: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Expressions of a series type, made of smaller ones."""
    scalars = numbers | st.tuples(st.sampled_from(("MAX", "MIN", "SUM")), series)
    either = series | scalars
    return st.one_of(
        st.tuples(st.just("infix"), signs, series, either),
        st.tuples(st.just("infix"), signs, either, series),
        st.tuples(st.just("minus"), series),
        st.tuples(st.sampled_from(("ABS", "CEIL", "DIFF", "RUNNING_SUM")), series),
        st.tuples(st.just("FILL"), series, either | st.just("REPEAT")),
        st.tuples(st.just("IF"), series, either, either),
        st.tuples(st.just("IF"), scalars, series, either),
        st.tuples(st.just("array"), st.sampled_from(("AVG", "SUM", "MAX", "MIN")), series, series),
    )


expressions = st.recursive(metrics, combined, max_leaves=8)
one_series = st.dictionaries(st.sampled_from(TIMES), st.sampled_from((-1.5, 0.0, 1.0, 2.0, 8.0)))


@settings(max_examples=600)
@given(expressions, st.fixed_dictionaries(dict.fromkeys(IDS, one_series)))
def test_every_expression_gives_what_the_tables_say(tree: Tree, values: dict[str, Series]) -> None:
    drawn = {id: GridSeries(tuple(series.get(at) for at in TIMES)) for id, series in values.items()}
    result = MetricMath.parse({"e": text(tree)}, IDS, "e").series(drawn, Grid(0, 60, len(TIMES)))
    computed = compute(tree, values)
    assert isinstance(computed, dict)
    expected = [computed.get(at) for at in TIMES]
    assert [value is None for value in result.values] == [value is None for value in expected]
    assert [v for v in result.values if v is not None] == pytest.approx([v for v in expected if v is not None])
