"""What the emulator of Application Auto Scaling does, and on whose word.

A source that is a page name is a page of the Application Auto Scaling user guide or API reference, with 'SageMaker:'
one of the SageMaker developer guide; read in their stored editions on 25 November 2026. 'model' is botocore's model of
the API. 'public alarms' and 'public activities' are what DescribeAlarms and DescribeScalingActivities answered, as
copied into public repositories.
"""

from __future__ import annotations

from local.behaviour import assumed, documented, observed

_OURS = "limit of the local cloud"
_SILENT = "AWS does not say"
_TRACKING = "target-tracking-scaling-policy-overview"
_STEPS = "step-scaling-policy-overview"
_ACTIVITIES = "application-auto-scaling-scaling-activities"
_SCHEDULING = "scheduled-scaling-policy-overview"
_SUSPENSION = "application-auto-scaling-suspend-resume-scaling"
_UPDATE = "SageMaker: endpoint-scaling-update"
_EDIT = "SageMaker: endpoint-auto-scaling-edit"
_ALARMS, _RECORDS = "public alarms", "public activities"

_API = (
    documented("input", "types, required members, bounds, patterns and enum values are checked", "model"),
    assumed("input", "namespaces and dimensions other than instances of endpoint variants are refused", _OURS),
    assumed("input", "PredictiveScaling and GetPredictiveScalingForecast are refused", _OURS),
    documented("quotas", "50 policies, 200 scheduled actions, 20 steps", "application-auto-scaling-quotas"),
    documented(
        "pages",
        "MaxResults up to 50, of policies 10; InvalidNextTokenException",
        "model",
    ),
    observed("errors", "'No scalable target registered for ...' and its likes", "error texts in public issues"),
    documented("registration", "what a later one leaves out stays as it is", "API_RegisterScalableTarget"),
    documented(
        "registration",
        "brings the count between the limits at once, if the endpoint is in service",
        "API_RegisterScalableTarget",
    ),
    observed(
        "registration", "a count set by hand outside the limits stays until something scales", "public experiments"
    ),
    documented("registration", "the role is the service-linked one, whatever RoleARN says", "API_ScalableTarget"),
    documented("registration", "needs an existing variant", "SageMaker: endpoint-auto-scaling-add-console"),
    assumed("registration", "the texts that refuse an unknown endpoint or variant", _SILENT),
    observed("registration", "burstable instance types (ml.t...) are refused", "error text in a public course"),
    documented("registration", "MinCapacity is at least 1", _EDIT),
    observed("tags", "registering again with tags is refused", "terraform-aws-rds-aurora pull request 420"),
    observed(
        "policies",
        "one target tracking policy for a metric specification",
        "terraform-provider-aws issue 41179",
    ),
    assumed("policies", "a change of PolicyType is refused", _SILENT),
    documented("deregistration", "removes policies, their alarms and scheduled actions", "model"),
)
_TARGET_TRACKING = (
    observed("alarms", "names TargetTracking-<resource>-AlarmHigh-<uuid> and AlarmLow", _ALARMS),
    observed(
        "alarms",
        "3 periods above the target, 15 below 90 % of it, missing data missing",
        f"{_ALARMS}, most of ECS",
    ),
    documented("alarms", "SageMakerVariantInvocationsPerInstance: Sum", "SageMaker: monitoring-cloudwatch"),
    documented(
        "alarms",
        "SageMakerVariantConcurrentRequestsPerModelHighResolution: adds on values of 10 s, removes on minutes",
        "SageMaker: endpoint-auto-scaling-add-code-define",
    ),
    observed("alarms", "of that metric: Maximum", "a comment in public code of AWS that measured it"),
    assumed("alarms", "of that metric: 3 periods of 10 s; Maximum for AlarmLow too", _SILENT),
    assumed("alarms", "DisableScaleIn leaves AlarmLow out", _SILENT),
    assumed("alarms", "an update of the policy keeps their names", _SILENT),
    documented("adding", "proportional to the metric, rounded up", _TRACKING),
    assumed("adding", "the newest of the alarm's data points counts", _SILENT),
    documented("removing", "only so much that the metric stays at its target or below", _TRACKING),
    assumed(
        "removing",
        "the highest of the alarm's data points counts, and all that is too much goes at once",
        f"{_TRACKING} says 'more gradually'",
    ),
    documented("missing data", "nothing is removed while AlarmLow has INSUFFICIENT_DATA", _TRACKING),
)
_STEP_SCALING = (
    documented("steps", "bounds are relative to the alarm's threshold; which of them are inclusive", _STEPS),
    documented("steps", "no gaps, no overlaps, where a bound may be missing", _STEPS),
    documented("steps", "adjustment types, rounding of percentages, MinAdjustmentMagnitude", _STEPS),
    documented("steps", "MetricAggregationType aggregates the alarm's data points; Average by default", _STEPS),
    assumed("steps", "these are the data points that the alarm was judged by", "AWS: 'the most recent'"),
    assumed("steps", "an alarm set by hand calls no policy: it has no data points", "AWS reads the metric"),
)
_DECISIONS = (
    documented("alarms", "call their policies once a minute while they ring", "AlarmThatSendsEmail (CloudWatch)"),
    documented("several policies", "the largest capacity wins", _TRACKING),
    documented(
        "several policies", "target tracking removes only when all its policies that may remove are ready", _TRACKING
    ),
    documented("several policies", "step scaling removes without waiting for target tracking", _TRACKING),
    documented("cooldowns", "300 s by default, from the end of the change", _TRACKING),
    documented("cooldowns", "while an addition cools down, further ones count from the capacity before it", _TRACKING),
    documented("cooldowns", "removals wait for the one before; an addition ends that wait", _TRACKING),
    assumed("cooldowns", "those of all policies of a target are one, as long as the policy says that acted", _SILENT),
    assumed("cooldowns", "an addition that cools down does not hold removals back", _SILENT),
    documented("suspension", "of adding, removing and scheduled actions", _SUSPENSION),
    documented("limits", "no policy scales beyond them", "API_RegisterScalableTarget"),
    documented("endpoint", "not in service: not scaled, TargetServicePutResourceAsUnscalable", _ACTIVITIES),
    documented("activities", "status codes, not-scaled reasons, six weeks", _ACTIVITIES),
    observed("activities", "their texts", _RECORDS),
    assumed("activities", "one that is not scaled for the same reason again is recorded once", _SILENT),
    assumed("activities", "suspension and cooldowns leave none", _SILENT),
    documented("event", "of a target that is scaled to its maximum, and no other", "monitoring-eventbridge"),
)
_SCHEDULES = (
    documented("scheduled actions", "set the limits, then bring the count between them", _SCHEDULING),
    documented("scheduled actions", "start and end bound a recurring schedule", "API_PutScheduledAction"),
    assumed("scheduled actions", "a rate counts from the start, or else from the creation", _SILENT),
    documented("scheduled actions", "do not wait for cooldowns, and begin none", _TRACKING),
    documented("scheduled actions", "that fall into a suspension are lost", _SUSPENSION),
    assumed("scheduled actions", "wait for an endpoint that is not in service", _SILENT),
    assumed("scheduled actions", "with a time in the past are kept and never run", _SILENT),
    assumed("scheduled actions", "stay listed after their last run", _SILENT),
)
_REGISTERED = (
    documented("UpdateEndpoint", "that changes a registered variant's instance type is refused", _UPDATE),
    documented("UpdateEndpoint", "that removes a registered variant is refused", _UPDATE),
    documented("UpdateEndpoint", "that changes only the model is accepted", _UPDATE),
    assumed("UpdateEndpoint", "the texts of these refusals, given at once", "AWS: 'the call fails'"),
    documented("DeleteEndpoint", "deregisters its variants silently", "SageMaker: endpoint-delete-with-scaling"),
    assumed("DeleteEndpoint", "does so for every caller: permissions are not judged", _OURS),
)

BEHAVIOURS = (*_API, *_TARGET_TRACKING, *_STEP_SCALING, *_DECISIONS, *_SCHEDULES, *_REGISTERED)
