"""Every property CloudFormation and DescribeAlarms know for an alarm, by whether the state depends on it."""

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

WITHOUT_EFFECT = frozenset(
    {
        "ActionConfiguration",
        "ActionsEnabled",
        "AlarmActions",
        "AlarmArn",
        "AlarmConfigurationUpdatedTimestamp",
        "AlarmDescription",
        "AlarmName",
        "EvaluationState",
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
