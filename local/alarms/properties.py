"""Reads the properties of one alarm. Each method checks one of them against the limits of PutMetricAlarm."""

from collections.abc import Mapping
from math import isfinite, nan
from typing import Any, NoReturn

from local.alarms.errors import InvalidAlarm, UnsupportedAlarm
from local.alarms.property_names import DECISIVE, WITHOUT_EFFECT
from local.alarms.statistic import SIMPLE_STATISTICS, Statistic, name_of_other_kind, percentile
from local.alarms.terms import DAY, HOUR, Comparison, MetricId, TreatMissingData

MAX_DIMENSIONS = 30

_OTHER_KINDS = {
    "ThresholdMetricId": "an anomaly detection band (ThresholdMetricId)",
    "EvaluationCriteria": "a PromQL query (EvaluationCriteria)",
    "EvaluationInterval": "a PromQL query (EvaluationInterval)",
    "WarmUpConfiguration": "a warm-up period (WarmUpConfiguration)",
}
_BAND_OPERATORS = frozenset(
    ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
)
_COMPARISONS = {comparison.operator: comparison for comparison in Comparison}


class AlarmProperties:
    """Properties under the names CloudFormation and DescribeAlarms share. One that is None or empty is left out.

    `where` opens every message: which alarm, and which part of it.
    """

    def __init__(self, properties: Mapping[str, Any], where: str | None = None) -> None:
        self._given = {key: value for key, value in properties.items() if value not in (None, "", [], {})}
        self.name = str(self._given.get("AlarmName", "unnamed"))
        self._where = where or f'Alarm "{self.name}"'

    def refuse_other_kinds(self) -> None:
        for key, what in _OTHER_KINDS.items():
            if key in self._given:
                self._unsupported(what)
        if "WallClockWindow" in self._given.get("EvaluationWindow", {}):
            self._unsupported("a window aligned to the clock (EvaluationWindow.WallClockWindow)")
        if self._given.get("ComparisonOperator") in _BAND_OPERATORS:
            self._unsupported(f"an anomaly detection band (ComparisonOperator {self._given['ComparisonOperator']})")
        for key in sorted(self._given.keys() - DECISIVE - WITHOUT_EFFECT):
            self._unsupported(f"the property {key}")

    def single_metric(self) -> "AlarmProperties":
        """The properties of the metric itself, be they given directly or as the only entry of Metrics."""
        if "Metrics" not in self._given:
            return self
        queries = self._given["Metrics"]
        for query in queries:
            if query.get("Expression"):
                self._unsupported(f"metric math ({query['Expression']})")
            if query.get("AccountId"):
                self._unsupported(f"a metric of another account (AccountId {query['AccountId']})")
        if len(queries) != 1 or "MetricStat" not in queries[0]:
            self._invalid(f"Metrics has {len(queries)} entries and no Expression; allowed is exactly one MetricStat.")
        stat = queries[0]["MetricStat"]
        kind = "Statistic" if stat.get("Stat") in SIMPLE_STATISTICS else "ExtendedStatistic"
        flat = {
            **stat.get("Metric", {}),
            "Period": stat.get("Period"),
            "Unit": stat.get("Unit"),
            kind: stat.get("Stat"),
        }
        return AlarmProperties(flat, f"{self._where}, Metrics")

    def metric_id(self) -> MetricId:
        dimensions: dict[str, str] = {}
        for given in self._given.get("Dimensions", []):
            dimension = AlarmProperties(given, f"{self._where}, Dimensions")
            name = dimension._text("Name")
            if name in dimensions:
                self._invalid(f"Dimensions has {name} twice; allowed is once.")
            dimensions[name] = dimension._text("Value")
        if len(dimensions) > MAX_DIMENSIONS:
            self._invalid(f"Dimensions has {len(dimensions)} entries; allowed are up to {MAX_DIMENSIONS}.")
        return MetricId(self._text("Namespace"), self._text("MetricName"), frozenset(dimensions.items()))

    def statistic(self) -> Statistic:
        if "Statistic" in self._given and "ExtendedStatistic" in self._given:
            self._invalid("both Statistic and ExtendedStatistic are given; allowed is one of them.")
        if "ExtendedStatistic" not in self._given:
            return SIMPLE_STATISTICS[self._choice("Statistic", tuple(SIMPLE_STATISTICS))]
        name = self._text("ExtendedStatistic")
        if other := name_of_other_kind(name):
            self._unsupported(f"the statistic {name} ({other})")
        if not (statistic := percentile(name)):
            self._invalid(f"ExtendedStatistic is {name!r}; allowed is a percentile from p0 to p100, such as p99.9.")
        return statistic

    def unit(self) -> str | None:
        return self._given.get("Unit")

    def period(self) -> int:
        period = self._whole("Period", minimum=1)
        if period not in (10, 20, 30) and period % 60:
            self._invalid(f"Period is {period} s; allowed are 10, 20, 30 and multiples of 60.")
        return period

    def evaluation_periods(self, period: int) -> int:
        count = self._whole("EvaluationPeriods", minimum=1)
        short = period < HOUR
        longest = DAY if short else 7 * DAY
        if period * count > longest:
            self._invalid(
                f"Period {period} s times EvaluationPeriods {count} is {period * count} s; allowed are "
                f"{longest} s for a period {'under' if short else 'of at least'} one hour."
            )
        return count

    def datapoints_to_alarm(self, evaluation_periods: int) -> int:
        if "DatapointsToAlarm" not in self._given:
            return evaluation_periods
        return self._whole("DatapointsToAlarm", minimum=1, maximum=evaluation_periods)

    def threshold(self) -> float:
        return self._number("Threshold")

    def comparison(self) -> Comparison:
        return _COMPARISONS[self._choice("ComparisonOperator", tuple(_COMPARISONS))]

    def treat_missing_data(self, namespace: str) -> TreatMissingData:
        default = TreatMissingData.IGNORE if namespace == "AWS/DynamoDB" else TreatMissingData.MISSING
        return TreatMissingData(self._choice("TreatMissingData", tuple(TreatMissingData), default))

    def ignore_low_samples(self) -> bool:
        return self._choice("EvaluateLowSampleCountPercentile", ("evaluate", "ignore"), "evaluate") == "ignore"

    def _invalid(self, message: str) -> NoReturn:
        raise InvalidAlarm(f"{self._where}: {message}")

    def _unsupported(self, what: str) -> NoReturn:
        raise UnsupportedAlarm(
            f"{self._where} depends on {what}. Judged here is only one metric against a static threshold; "
            "the state of this alarm stays unknown."
        )

    def _required(self, key: str) -> Any:
        if key not in self._given:
            self._invalid(f"{key} is missing; it is required.")
        return self._given[key]

    def _text(self, key: str) -> str:
        value = self._required(key)
        if not isinstance(value, str):
            self._invalid(f"{key} is {value!r}; allowed is a literal text.")
        return value

    def _number(self, key: str) -> float:
        value = self._required(key)
        try:
            number = nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            number = nan
        if not isfinite(number):
            self._invalid(f"{key} is {value!r}; allowed is a number.")
        return number

    def _whole(self, key: str, minimum: int, maximum: int | None = None) -> int:
        number = self._number(key)
        if number != int(number) or number < minimum or (maximum is not None and number > maximum):
            allowed = f"of at least {minimum}" if maximum is None else f"from {minimum} to {maximum}"
            self._invalid(f"{key} is {self._given[key]}; allowed is a whole number {allowed}.")
        return int(number)

    def _choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self._required(key) if default is None else self._given.get(key, default)
        if value not in allowed:
            self._invalid(f"{key} is {value!r}; allowed is one of {', '.join(allowed)}.")
        return str(value)
