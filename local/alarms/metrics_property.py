"""Reads what an alarm watches: one metric, given directly, or the entries of Metrics."""

from collections.abc import Mapping
from dataclasses import dataclass
from re import fullmatch
from typing import Any

from local.alarms.given import Given
from local.alarms.metric_math import MathError, MetricMath, UnsupportedFunction
from local.alarms.metric_query import MetricQuery
from local.alarms.properties import AlarmProperties
from local.alarms.statistic import SIMPLE_STATISTICS

MAX_METRICS, MAX_EXPRESSIONS, LONGEST_EXPRESSION = 10, 10, 2048
_DIRECT = ("MetricName", "Namespace", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic")


@dataclass(frozen=True)
class WatchedMetrics:
    """What an alarm reads and computes; `watched` is the metric or the expression, for people."""

    queries: Mapping[str, MetricQuery]
    math: MetricMath | None
    watched: str
    period: int


def read_metrics(alarm: AlarmProperties) -> WatchedMetrics:
    """Raises InvalidAlarm or UnsupportedAlarm."""
    if "Metrics" not in alarm:
        query = _query(alarm)
        return WatchedMetrics({"m1": query}, None, str(query.metric), alarm.period())
    both = [key for key in _DIRECT if key in alarm]
    if both:
        alarm.invalid(f"both Metrics and {', '.join(both)} are given; allowed is either one metric or Metrics.")
    entries = {entry.text("Id"): entry for entry in _entries(alarm)}
    watched = _watched(alarm, entries)
    metrics = {id: entry for id, entry in entries.items() if "MetricStat" in entry}
    expressions = {id: entry.text("Expression") for id, entry in entries.items() if id not in metrics}
    _check_numbers(alarm, metrics, expressions)
    stats = {id: _metric_stat(alarm, entry) for id, entry in metrics.items()}
    queries = {id: _query(stat) for id, stat in stats.items()}
    period = _period(alarm, stats, [entries[id] for id in expressions])
    if watched in queries:
        return WatchedMetrics({watched: queries[watched]}, None, str(queries[watched].metric), period)
    return WatchedMetrics(queries, _math(alarm, expressions, list(queries), watched), expressions[watched], period)


def _entries(alarm: AlarmProperties) -> list[Given]:
    given = alarm.required("Metrics")
    if not isinstance(given, list) or not all(isinstance(entry, Mapping) for entry in given):
        alarm.invalid("Metrics is no list of structures.")
    entries = [Given(entry, f"{alarm.where}, Metrics") for entry in given]
    ids: set[str] = set()
    for entry in entries:
        id = entry.text("Id")
        if not fullmatch(r"[a-z][A-Za-z0-9_]{0,254}", id):
            entry.invalid(f"Id is {id!r}; allowed are letters, digits and _, first a lower-case letter.")
        if id in ids:
            entry.invalid(f"Id {id} is there twice; allowed is once.")
        if ("MetricStat" in entry) == ("Expression" in entry):
            entry.invalid(f"{id} has neither or both of MetricStat and Expression; allowed is one of them.")
        if "AccountId" in entry:
            entry.unsupported(f"a metric of another account (AccountId {entry.get('AccountId')})")
        ids.add(id)
    return entries


def _watched(alarm: AlarmProperties, entries: Mapping[str, Given]) -> str:
    returning = [id for id, entry in entries.items() if _returns(entry)]
    if len(returning) != 1:
        alarm.invalid(
            f"Metrics has ReturnData true on {', '.join(returning) or 'no entry'}, where it is true unless it says "
            "false; allowed is exactly one, which the alarm watches."
        )
    return returning[0]


def _returns(entry: Given) -> bool:
    given: Any = entry.get("ReturnData", True)
    if str(given).lower() not in ("true", "false"):
        entry.invalid(f"ReturnData is {given!r}; allowed are true and false.")
    return str(given).lower() == "true"


def _check_numbers(alarm: AlarmProperties, metrics: Mapping[str, Given], expressions: Mapping[str, str]) -> None:
    if len(metrics) > MAX_METRICS or len(expressions) > MAX_EXPRESSIONS:
        alarm.invalid(
            f"Metrics has {len(metrics)} metrics and {len(expressions)} expressions; allowed are up to "
            f"{MAX_METRICS} and {MAX_EXPRESSIONS}."
        )
    for id, text in expressions.items():
        if len(text) > LONGEST_EXPRESSION:
            alarm.invalid(f"{id} has {len(text)} characters; allowed are up to {LONGEST_EXPRESSION}.")


def _metric_stat(alarm: AlarmProperties, entry: Given) -> AlarmProperties:
    """MetricStat in the form of an alarm on one metric."""
    stat = entry.part("MetricStat")
    name = stat.text("Stat")
    kind = "Statistic" if name in SIMPLE_STATISTICS else "ExtendedStatistic"
    flat = {**stat.required("Metric"), "Period": stat.get("Period"), "Unit": stat.get("Unit"), kind: name}
    return AlarmProperties(flat, f"{alarm.where}, Metrics, {entry.text('Id')}")


def _query(properties: AlarmProperties) -> MetricQuery:
    return MetricQuery(properties.metric_id(), properties.unit(), properties.statistic())


def _period(alarm: AlarmProperties, stats: Mapping[str, AlarmProperties], expressions: list[Given]) -> int:
    """All metrics of an alarm have one period. An expression has it too, and needs it where there is no metric."""
    periods = {id: stat.period() for id, stat in stats.items()}
    for entry in expressions:
        if "Period" in entry:
            periods[entry.text("Id")] = AlarmProperties({"Period": entry.get("Period")}, entry.where).period()
    if len(set(periods.values())) > 1:
        given = ", ".join(f"{id} {period} s" for id, period in periods.items())
        alarm.invalid(f"Metrics has several periods ({given}); allowed is one for all of an alarm.")
    if not periods:
        alarm.invalid("Metrics has no metric and no Period; an expression without metrics needs a Period.")
    return next(iter(periods.values()))


def _math(alarm: AlarmProperties, expressions: Mapping[str, str], metrics: list[str], watched: str) -> MetricMath:
    try:
        return MetricMath.parse(expressions, metrics, watched)
    except UnsupportedFunction as error:
        alarm.unsupported(f"metric math that is not judged: {error}")
    except MathError as error:
        alarm.invalid(f"{error}.")
