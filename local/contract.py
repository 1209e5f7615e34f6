"""Every private name of ministack and moto that the local cloud reads or replaces.

Nothing else in `local` imports either package: a name that is not in this table cannot be touched. Both packages
are pinned, and `broken_names` says at start which name is gone or has changed, instead of failing somewhere later.
"""

from __future__ import annotations

import importlib
import inspect
from dataclasses import dataclass
from importlib import metadata
from typing import Any

PINNED = {"ministack": "1.5.33", "moto": "5.2.5"}


class ContractBroken(Exception):
    """An emulator is not the pinned one, or a private name it had is gone. The message has one line per finding."""


@dataclass(frozen=True)
class PrivateName:
    """One attribute of one module of an emulator; `parameters` is its signature where it is a function."""

    module: str
    attribute: str
    purpose: str
    parameters: tuple[str, ...] | None = None

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]

    def value(self) -> Any:
        """The attribute as it is now; imports its module."""
        return getattr(importlib.import_module(self.module), self.attribute)

    def replace(self, value: Any) -> None:
        """Puts `value` in the attribute's place, for every caller that looks it up in its module."""
        setattr(importlib.import_module(self.module), self.attribute, value)

    def finding(self) -> str | None:
        """What is wrong with the name, in one sentence; None when it is as expected."""
        pinned = f"{self.package} {PINNED[self.package]} is pinned"
        try:
            current = self.value()
        except (ImportError, AttributeError):
            return f"{pinned}; {self.module}.{self.attribute} is gone (needed to {self.purpose})."
        if self.parameters is None:
            return None
        if not callable(current):
            return f"{pinned}; {self.module}.{self.attribute} is no function any more (needed to {self.purpose})."
        found = tuple(inspect.signature(current).parameters)
        if found != self.parameters:
            return (
                f"{pinned}; {self.module}.{self.attribute} takes ({', '.join(found)}), expected "
                f"({', '.join(self.parameters)}) (needed to {self.purpose})."
            )
        return None


# The HTTP side
ASGI_APP = PrivateName("ministack.app", "app", "serve every request", ("scope", "receive", "send"))
SERVICE_HANDLERS = PrivateName("ministack.app", "SERVICE_HANDLERS", "add services that ministack lacks")
SERVICE_PATTERNS = PrivateName(
    "ministack.core.router",
    "SERVICE_PATTERNS",
    "name those services to the router, which otherwise loads every service model of botocore",
)
MOTO_APPLICATION = PrivateName(
    "moto.moto_server.werkzeug_app", "DomainDispatcherApplication", "ask moto in process", ("create_app",)
)
MOTO_BACKEND = PrivateName("moto.moto_server.werkzeug_app", "create_backend_app", "ask moto in process", ("service",))

# CloudWatch alarms and EventBridge
CLOUDWATCH_TIME = PrivateName("ministack.services.cloudwatch", "time", "let CloudWatch live on the simulated clock")
METRICS = PrivateName("ministack.services.cloudwatch", "_metrics", "read the datapoints an alarm is judged by")
METRIC_DIMENSIONS_KEY = PrivateName(
    "ministack.services.cloudwatch", "_dims_key", "find the datapoints of one set of dimensions", ("dims",)
)
ALARMS = PrivateName("ministack.services.cloudwatch", "_alarms", "judge every alarm on the clock")
EVALUATE_ALARM = PrivateName(
    "ministack.services.cloudwatch", "_evaluate_alarm", "judge an alarm by dimensions, M of N and gaps", ("alarm",)
)
RECORD_ALARM_HISTORY = PrivateName(
    "ministack.services.cloudwatch",
    "_record_history",
    "write a state change into the alarm's history",
    ("alarm_name", "old_state", "new_state", "reason", "alarm_type", "reason_data"),
)
ALARM_HISTORY = PrivateName(
    "ministack.services.cloudwatch", "_history_entries", "write an action taken into the alarm's history", ()
)
DISPATCH_ALARM_ACTIONS = PrivateName(
    "ministack.services.cloudwatch",
    "_dispatch_alarm_actions",
    "take the actions of a state set by hand",
    ("alarm", "old_state", "new_state", "reason"),
)
COMPOSITE_ALARMS = PrivateName("ministack.services.cloudwatch", "_composite_alarms", "judge the composite alarms")
EVALUATE_ALL_ALARMS = PrivateName(
    "ministack.services.cloudwatch", "_evaluate_all_alarms", "judge all alarms when metrics arrive", ()
)
TRANSITION_COMPOSITE = PrivateName(
    "ministack.services.cloudwatch",
    "_transition_composite",
    "keep ministack from judging composite alarms itself",
    ("alarm", "new_state", "reason", "triggers", "seen"),
)
EVALUATE_PARENT_ALARMS = PrivateName(
    "ministack.services.cloudwatch",
    "_evaluate_parent_alarms",
    "judge the composite alarms above an alarm",
    ("child", "seen"),
)
_CLOUDWATCH_OPERATION = ("params", "cbor_data", "is_cbor", "is_json")
PUT_METRIC_ALARM = PrivateName(
    "ministack.services.cloudwatch", "_put_metric_alarm", "refuse an alarm that cannot be judged", _CLOUDWATCH_OPERATION
)
PUT_COMPOSITE_ALARM = PrivateName(
    "ministack.services.cloudwatch",
    "_put_composite_alarm",
    "refuse a composite alarm that cannot be judged",
    _CLOUDWATCH_OPERATION,
)
SET_ALARM_STATE = PrivateName(
    "ministack.services.cloudwatch",
    "_set_alarm_state",
    "keep a state set by hand until the next turn of the clock",
    _CLOUDWATCH_OPERATION,
)
CLOUDWATCH_ERROR = PrivateName(
    "ministack.services.cloudwatch",
    "_error",
    "answer an error in the protocol of the request",
    ("code", "message", "status", "use_json", "use_cbor"),
)
CLOUDWATCH_TIMESTAMP = PrivateName(
    "ministack.services.cloudwatch", "_ts_iso", "date a state change as CloudWatch does", ("epoch",)
)
TOPIC_OF_ARN = PrivateName(
    "ministack.services.sns", "_topic_by_arn_any_scope", "tell that a topic is gone", ("topic_arn",)
)
PUBLISH_TO_TOPIC = PrivateName(
    "ministack.services.sns",
    "_fanout",
    "notify of a state change",
    (
        "topic_arn",
        "msg_id",
        "message",
        "subject",
        "message_structure",
        "message_attributes",
        "message_group_id",
        "message_dedup_id",
    ),
)
FUNCTION_OF_ARN = PrivateName(
    "ministack.services.lambda_svc", "_get_func_record_for_ref", "find a function, version or alias", ("function_ref",)
)
FUNCTION_TO_RUN = PrivateName(
    "ministack.services.lambda_svc", "_execution_record_for_config", "invoke a function", ("func", "config")
)
INVOKE_ASYNCHRONOUSLY = PrivateName(
    "ministack.services.lambda_svc", "invoke_async_with_retry", "invoke a function", ("func", "event")
)
PUT_EVENTS = PrivateName(
    "ministack.services.eventbridge", "_put_events", "publish events of AWS services", ("data", "allow_aws_source")
)

# CloudFormation
_PROVISIONERS = "ministack.services.cloudformation.provisioners"
RESOURCE_HANDLERS = PrivateName(_PROVISIONERS, "_RESOURCE_HANDLERS", "add CloudFormation types and correct some")
REPLACING_PROPERTIES = PrivateName(
    _PROVISIONERS, "_REPLACING_PROPERTIES", "say which properties of those types replace the resource"
)
CUSTOM_NAME_REPLACEMENT = PrivateName(
    _PROVISIONERS, "_CUSTOM_NAME_REPLACEMENT", "refuse to replace a resource with a custom name, as AWS does"
)
STACK_TAG_PROPERTY = PrivateName(_PROVISIONERS, "_STACK_TAG_PROPERTY", "hand stack tags down to those types")
PHYSICAL_NAME = PrivateName(
    _PROVISIONERS,
    "_physical_name",
    "name a resource that the template does not name",
    ("stack_name", "logical_id", "lowercase", "max_len", "seeded"),
)
ALARM_RECORD = PrivateName(
    _PROVISIONERS, "_cw_metric_alarm_record", "refuse a template's alarm that cannot be judged", ("name", "props")
)
RUNS_ON_WORKER_THREAD = PrivateName(
    "ministack.services.cloudformation.stacks",
    "_runs_on_worker_thread",
    "keep handlers that call the endpoint off the event loop, where they would deadlock",
    ("resource_type",),
)

# Step Functions
_STATES = "ministack.services.stepfunctions"
EXECUTIONS = PrivateName(_STATES, "_executions", "know the execution that is run")
STATE_MACHINES = PrivateName(_STATES, "_state_machines", "read the TimeoutSeconds of a machine")
TASK_TOKENS = PrivateName(_STATES, "_task_tokens", "see whether a task's heartbeat has stopped")
EXECUTION_ERROR = PrivateName(_STATES, "_ExecutionError", "end a task with an error", ("error", "cause"))
STATE_MACHINE_NOW = PrivateName(_STATES, "now_iso", "date executions and their history by the clock", ())
STATE_MACHINE_TIME = PrivateName(_STATES, "time", "wait in simulated time")
STATE_MACHINE_THREADING = PrivateName(_STATES, "threading", "wait for a task's token in simulated time")
STATE_MACHINE_SLEEP_UNTIL = PrivateName(_STATES, "_sleep_until", "wait for a moment of the clock", ("iso_ts",))
RUN_EXECUTION = PrivateName(_STATES, "_run_execution", "end an execution that runs too long", ("exec_arn",))
FAIL_EXECUTION = PrivateName(
    _STATES, "_fail_execution", "leave an execution that has ended as it ended", ("execution", "error", "cause")
)
ADD_EXECUTION_EVENT = PrivateName(
    _STATES, "_add_event", "write a timeout into the history", ("execution", "event_type", "details")
)
EMIT_EXECUTION_EVENT = PrivateName(
    _STATES, "_emit_execution_status_event", "tell EventBridge of a timeout", ("execution",)
)
EXECUTE_TASK = PrivateName(
    _STATES, "_execute_task", "read the paths of a task's timeouts", ("state_def", "raw_input", "execution", "ctx")
)
RESOLVE_PATH = PrivateName(_STATES, "_resolve_path", "read the paths of a task's timeouts", ("path", "data"))
INVOKE_RESOURCE = PrivateName(
    _STATES, "_invoke_resource", "run a task that waits for a job", ("resource", "input_data")
)
INVOKE_WITH_TIMEOUT = PrivateName(
    _STATES,
    "_invoke_resource_with_timeout",
    "give a task that waits for a job simulated time",
    ("resource", "input_data", "timeout"),
)
INVOKE_WITH_CALLBACK = PrivateName(
    _STATES,
    "_invoke_with_callback",
    "end a task whose heartbeat has stopped",
    ("resource", "input_data", "token", "state_def"),
)
FIND_MATCHING_RETRIER = PrivateName(
    _STATES, "_find_matching_retrier", "wait as long as a retrier says", ("retriers", "error", "retry_counts")
)
ERROR_MATCHES = PrivateName(
    _STATES, "_error_matches", "let a stopped heartbeat count as a timeout", ("error_equals", "error")
)

# Schedules
_RULES = "ministack.services.eventbridge"
_SCHEDULER = "ministack.services.scheduler"
EVENTS_NOW = PrivateName(_RULES, "_now_ts", "date events by the clock", ())
RULES = PrivateName(_RULES, "_rules", "find the rules that are due")
RULE_TARGETS = PrivateName(_RULES, "_targets", "find the targets of a rule that is due")
RULE_EXPRESSION_IS_VALID = PrivateName(
    _RULES, "_validate_schedule_expression", "refuse a rule's expression that AWS refuses", ("expr",)
)
INVOKE_TARGET = PrivateName(
    _RULES, "_invoke_target", "deliver to the target of a schedule", ("target", "event", "rule", "view")
)
START_RULES = PrivateName(_RULES, "start_scheduler", "keep rules from firing in real time", ())
SCHEDULES = PrivateName(_SCHEDULER, "_schedules", "find the schedules that are due")
SCHEDULER_NOW = PrivateName(_SCHEDULER, "_now", "date schedules by the clock", ())
SCHEDULER_ERROR = PrivateName(_SCHEDULER, "_error", "refuse a schedule", ("status", "code", "message"))
CREATE_SCHEDULE = PrivateName(_SCHEDULER, "_create_schedule", "refuse an expression that AWS refuses", ("name", "body"))
UPDATE_SCHEDULE = PrivateName(_SCHEDULER, "_update_schedule", "refuse an expression that AWS refuses", ("name", "body"))
START_SCHEDULES = PrivateName(_SCHEDULER, "start_scheduler", "keep schedules from firing in real time", ())
SET_ACCOUNT = PrivateName(
    "ministack.core.responses", "set_request_account_id", "fire in the schedule's account", ("access_key_id",)
)
SET_REGION = PrivateName("ministack.core.responses", "set_request_region", "fire in the schedule's region", ("region",))

# Lambda
LAMBDA_WORKER = PrivateName(
    "ministack.core.lambda_runtime", "_detect_runtime_binary", "give functions the simulated time", ("runtime",)
)

# The rest
DELETE_BUCKET = PrivateName(
    "ministack.services.s3", "_delete_bucket", "refuse to delete a bucket that is not empty", ("name",)
)
RESOLVE_WRITE_ENCRYPTION = PrivateName(
    "ministack.services.s3",
    "_resolve_sse_write_headers",
    "encrypt with the key aws/s3 where a write names none",
    ("headers", "bucket_name"),
)
DESCRIBE_IMAGES = PrivateName(
    "ministack.services.ecr",
    "_describe_images",
    "answer ImageNotFoundException, without which the CDK CLI takes every image for published",
    ("data",),
)
S3_NOW = PrivateName("ministack.services.s3", "now_iso", "date objects by the clock", ())
STOP_LAMBDA_WORKERS = PrivateName("ministack.core.lambda_runtime", "reset", "end the Lambda workers at stop", ())

# Access: who calls, what a call needs, what policies say to it
EXECUTION_CREDENTIALS = PrivateName(
    "ministack.core.lambda_runtime", "execution_credentials", "give a function its role's credentials", ("config",)
)
REGISTER_SESSION = PrivateName(
    "ministack.services.sts", "register_session", "issue credentials of a role", ("access_key", "session")
)
STS_SESSIONS = PrivateName("ministack.services.sts", "_sessions", "know the role behind an access key")
LOG_GROUPS = PrivateName(
    "ministack.services.cloudwatch_logs", "_log_groups", "tell whether the log group that a function names is there"
)
IAM_ROLES = PrivateName("ministack.services.iam", "_roles", "read a role's policies")
MANAGED_POLICY_DOCUMENT = PrivateName(
    "ministack.core.iam_evaluator",
    "_resolve_managed_policy_document",
    "read the managed policies of a role",
    ("policy_arn", "account_id"),
)
DETECT_SERVICE = PrivateName(
    "ministack.core.router",
    "detect_service",
    "tell the service of a request",
    ("method", "path", "headers", "query_params"),
)
ROUTING_PARAMS = PrivateName(
    "ministack.app",
    "_routing_params",
    "read the parameters of a form",
    ("method", "path", "headers", "body", "query_params"),
)
IAM_ACTION = PrivateName(
    "ministack.core.iam_actions",
    "extract_iam_action",
    "tell the action that a request needs",
    ("service", "method", "path", "headers", "body", "query_params"),
)
IAM_RESOURCE = PrivateName(
    "ministack.core.iam_actions",
    "extract_resource_arn",
    "tell the resource of a request",
    ("service", "method", "path", "headers", "body", "query_params", "region", "account_id"),
)
EVENT_BUSES = PrivateName(
    "ministack.core.iam_actions",
    "eventbridge_resource_arns",
    "tell every bus that events are put on",
    ("body", "region", "account_id"),
)
DYNAMODB_TABLES = PrivateName(
    "ministack.core.iam_actions",
    "dynamodb_resource_arns",
    "tell every table of a request",
    ("body", "region", "account_id"),
)
S3_FURTHER_CHECKS = PrivateName(
    "ministack.core.iam_actions",
    "s3_additional_checks",
    "tell what copies and batch deletions need besides",
    ("method", "path", "headers", "body", "query_params"),
)
S3_CONDITION_KEYS = PrivateName(
    "ministack.core.iam_actions",
    "s3_service_context",
    "tell the condition keys of a request to S3",
    ("iam_action", "query_params", "path", "headers"),
)
TAG_CONDITION_KEYS = PrivateName(
    "ministack.core.iam_actions",
    "request_tag_context",
    "tell the condition keys of tags in a request",
    ("service", "iam_action", "body", "params"),
)
PARSE_POLICY = PrivateName("ministack.core.iam_evaluator", "parse_policy_document", "judge a statement", ("doc",))
EVALUATION_CONTEXT = PrivateName(
    "ministack.core.iam_evaluator",
    "EvalContext",
    "judge a call",
    (
        "principal_arn",
        "principal_type",
        "principal_account",
        "action",
        "resource_arn",
        "region",
        "source_ip",
        "secure_transport",
        "request_tags",
        "tag_keys",
        "service_context",
        "principal_keys",
    ),
)
EVALUATE = PrivateName("ministack.core.iam_evaluator", "evaluate", "judge a call", ("ctx", "policies", "limits"))
CONDITION_OPERATORS = PrivateName(
    "ministack.core.iam_evaluator", "_CONDITION_OPS", "tell which conditions can be judged"
)
EVALUATE_RESOURCE_POLICY = PrivateName(
    "ministack.core.iam_evaluator",
    "evaluate_resource_policy",
    "judge a call by the policy of its resource",
    ("doc", "ctx", "service", "named_only", "direct_only"),
)
COMBINE_RESOURCE_POLICY = PrivateName(
    "ministack.core.iam_evaluator",
    "combine_resource_policy",
    "judge a call by both kinds of policies",
    ("identity", "ctx", "policy", "owner_account", "required", "limits"),
)
RESOURCE_POLICY = PrivateName(
    "ministack.core.iam_evaluator",
    "_resource_policy",
    "read the policy of a bucket or key",
    ("service", "resource_arn"),
)

TABLE = tuple(name for name in list(globals().values()) if isinstance(name, PrivateName))


def broken_versions() -> list[str]:
    """One sentence for each emulator that is not installed in the pinned version."""
    findings = []
    for package, pinned in PINNED.items():
        try:
            found = metadata.version(package)
        except metadata.PackageNotFoundError:
            findings.append(f"{package} {pinned} is pinned; it is not installed. Install local/requirements.txt.")
            continue
        if found != pinned:
            findings.append(f"{package} {pinned} is pinned; {found} is installed. Install local/requirements.txt.")
    return findings


def broken_names() -> list[str]:
    """One sentence for each private name that is gone or has changed."""
    return [finding for name in TABLE if (finding := name.finding())]


def require() -> None:
    """Raises ContractBroken unless both emulators are the pinned ones and have every name of the table."""
    if findings := broken_versions() or broken_names():
        raise ContractBroken("\n".join(findings))
