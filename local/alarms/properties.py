"""Reads the properties of one alarm. Each method checks one of them against the limits of PutMetricAlarm."""

from collections.abc import Mapping
from typing import Any

from local.alarms.bounded_statistic import bounded
from local.alarms.given import Given
from local.alarms.property_names import DECISIVE, WITHOUT_EFFECT
from local.alarms.statistic import SIMPLE_STATISTICS, Statistic, percentile
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


class AlarmProperties(Given):
    """The properties of an alarm, or of one metric of it."""

    def __init__(self, properties: Mapping[str, Any], where: str | None = None) -> None:
        self.name = str(properties.get("AlarmName") or "unnamed")
        super().__init__(properties, where or f'Alarm "{self.name}"')

    def refuse_other_kinds(self) -> None:
        for key, what in _OTHER_KINDS.items():
            if key in self:
                self.unsupported(what)
        if "WallClockWindow" in self.get("EvaluationWindow", {}):
            self.unsupported("a window aligned to the clock (EvaluationWindow.WallClockWindow)")
        if self.get("ComparisonOperator") in _BAND_OPERATORS:
            self.unsupported(f"an anomaly detection band (ComparisonOperator {self.get('ComparisonOperator')})")
        for key in sorted(self.keys() - DECISIVE - WITHOUT_EFFECT):
            self.unsupported(f"the property {key}")

    def metric_id(self) -> MetricId:
        dimensions: dict[str, str] = {}
        for given in self.get("Dimensions", []):
            dimension = AlarmProperties(given, f"{self.where}, Dimensions")
            name = dimension.text("Name")
            if name in dimensions:
                self.invalid(f"Dimensions has {name} twice; allowed is once.")
            dimensions[name] = dimension.text("Value")
        if len(dimensions) > MAX_DIMENSIONS:
            self.invalid(f"Dimensions has {len(dimensions)} entries; allowed are up to {MAX_DIMENSIONS}.")
        return MetricId(self.text("Namespace"), self.text("MetricName"), frozenset(dimensions.items()))

    def statistic(self) -> Statistic:
        if "Statistic" in self and "ExtendedStatistic" in self:
            self.invalid("both Statistic and ExtendedStatistic are given; allowed is one of them.")
        if "ExtendedStatistic" not in self:
            return SIMPLE_STATISTICS[self.choice("Statistic", tuple(SIMPLE_STATISTICS))]
        name = self.text("ExtendedStatistic")
        if not (statistic := percentile(name) or bounded(name)):
            self.invalid(
                f"ExtendedStatistic is {name!r}; allowed are percentiles from p0 to p100 such as p99.9, and bounds "
                "such as tm90, TC(10%:90%), TS(:95%), WM(5%:), PR(100:2000), IQM."
            )
        return statistic

    def unit(self) -> str | None:
        return self.text("Unit") if "Unit" in self else None

    def period(self) -> int:
        period = self.whole("Period", minimum=1)
        if period not in (10, 20, 30) and period % 60:
            self.invalid(f"Period is {period} s; allowed are 10, 20, 30 and multiples of 60.")
        return period

    def evaluation_periods(self, period: int) -> int:
        count = self.whole("EvaluationPeriods", minimum=1)
        short = period < HOUR
        longest = DAY if short else 7 * DAY
        if period * count > longest:
            self.invalid(
                f"Period {period} s times EvaluationPeriods {count} is {period * count} s; allowed are "
                f"{longest} s for a period {'under' if short else 'of at least'} one hour."
            )
        return count

    def datapoints_to_alarm(self, evaluation_periods: int) -> int:
        if "DatapointsToAlarm" not in self:
            return evaluation_periods
        return self.whole("DatapointsToAlarm", minimum=1, maximum=evaluation_periods)

    def threshold(self) -> float:
        return self.number("Threshold")

    def comparison(self) -> Comparison:
        return _COMPARISONS[self.choice("ComparisonOperator", tuple(_COMPARISONS))]

    def treat_missing_data(self, namespaces: set[str]) -> TreatMissingData:
        default = TreatMissingData.IGNORE if namespaces == {"AWS/DynamoDB"} else TreatMissingData.MISSING
        return TreatMissingData(self.choice("TreatMissingData", tuple(TreatMissingData), default))

    def ignore_low_samples(self) -> bool:
        return self.choice("EvaluateLowSampleCountPercentile", ("evaluate", "ignore"), "evaluate") == "ignore"
