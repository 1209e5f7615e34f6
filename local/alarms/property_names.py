"""Every property CloudFormation and DescribeAlarms know for an alarm.

Those of metric alarms by whether the state depends on them, and those of composite alarms.
"""

DECISIVE = frozenset(
    {
        "ComparisonOperator",
        "DatapointsToAlarm",
        "Dimensions",
        "EvaluateLowSampleCountPercentile",
        "EvaluationCriteria",
        "EvaluationInterval",
        "EvaluationPeriods",
        "EvaluationWindow",
        "ExtendedStatistic",
        "MetricName",
        "Metrics",
        "Namespace",
        "Period",
        "Statistic",
        "Threshold",
        "ThresholdMetricId",
        "TreatMissingData",
        "Unit",
        "WarmUpConfiguration",
    }
)

_OF_EVERY_ALARM = frozenset(
    {
        "ActionsEnabled",
        "AlarmActions",
        "AlarmArn",
        "AlarmConfigurationUpdatedTimestamp",
        "AlarmDescription",
        "AlarmName",
        "InsufficientDataActions",
        "OKActions",
        "StateReason",
        "StateReasonData",
        "StateTransitionedTimestamp",
        "StateUpdatedTimestamp",
        "StateValue",
        "Tags",
    }
)

WITHOUT_EFFECT = _OF_EVERY_ALARM | {"ActionConfiguration", "EvaluationState"}

OF_COMPOSITE_ALARMS = _OF_EVERY_ALARM | {
    "ActionsSuppressedBy",
    "ActionsSuppressedReason",
    "ActionsSuppressor",
    "ActionsSuppressorExtensionPeriod",
    "ActionsSuppressorWaitPeriod",
    "AlarmRule",
}
