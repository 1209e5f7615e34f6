"""How calls are attributed and judged, and on whose word."""

from __future__ import annotations

from local.behaviour import Basis, Behaviour

_LOGIC = "AWS IAM user guide, reference_policies_evaluation-logic"
_OPERATORS = "AWS IAM user guide, reference_policies_elements_condition_operators"

BEHAVIOURS = (
    Behaviour(
        "callers", "a function's process has its role's credentials", Basis.DOCUMENTED, "lambda-intro-execution-role"
    ),
    Behaviour(
        "callers", "credentials of functions and containers never expire", Basis.ASSUMED, "AWS renews them in time"
    ),
    Behaviour("logs", "Lambda writes a function's log as its role", Basis.DOCUMENTED, "lambda-intro-execution-role"),
    Behaviour(
        "logs", "policies name a log group with :* at its end", Basis.DOCUMENTED, "iam-access-control-overview-cwl"
    ),
    Behaviour(
        "keys", "S3 uses a key in its caller's name", Basis.DOCUMENTED, "Amazon S3 user guide, UsingKMSEncryption"
    ),
    Behaviour("keys", "the key aws/s3 may be used by all", Basis.DOCUMENTED, "AWS KMS developer guide, concepts"),
    Behaviour("policies", "an explicit Deny wins, a boundary limits", Basis.DOCUMENTED, _LOGIC),
    Behaviour("policies", "are those of the moment of the call", Basis.ASSUMED, "IAM takes seconds to spread a change"),
    Behaviour("conditions", "calls count as sent by TLS 1.3", Basis.ASSUMED, "SDKs speak it; the loopback has no TLS"),
    Behaviour(
        "conditions", "ARN patterns match across colons", Basis.ASSUMED, f"ministack; part by part in {_OPERATORS}"
    ),
)
