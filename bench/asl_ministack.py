"""Runs the cases of the table by ministack's interpreter: JSON in, JSON out. See asl-interpreters.ts."""

import json
import sys
from typing import Any

from ministack.services import stepfunctions as engine

Case = dict[str, Any]


def ending(case: Case) -> dict[str, Any]:
    """How ministack ends a case. Waits are skipped; a task that takes too long is ended by its timeout."""
    answers = next(iter(case.get("answers", {}).values()), [None])
    attempt = 0

    def invoke(_resource: str, _payload: Any, timeout: float | None = None) -> Any:
        nonlocal attempt
        answer = answers[min(attempt, len(answers) - 1)]
        attempt += 1
        if isinstance(answer, str):
            raise engine._ExecutionError(answer, "as the case says")
        if timeout is not None and isinstance(answer, dict) and answer.get("takes", 0) > timeout:
            raise engine._ExecutionError("States.Timeout", "too late")
        return answer

    engine._invoke_resource = invoke
    engine._invoke_resource_with_timeout = invoke
    arn = "arn:aws:states:us-east-1:000000000000:stateMachine:machine"
    execution = arn.replace("stateMachine", "execution") + ":" + str(abs(hash(case["name"])))
    engine._state_machines[arn] = {
        "name": "machine",
        "definition": json.dumps(case["definition"]),
        "roleArn": "role",
    }
    engine._executions[execution] = {
        "executionArn": execution,
        "stateMachineArn": arn,
        "name": "run",
        "status": "RUNNING",
        "startDate": "2026-01-01T00:00:00Z",
        "input": json.dumps(case.get("input", {})),
        "output": None,
        "testCase": "",
        "mockAttempts": {},
        "events": [],
    }
    engine._run_execution(execution)
    state = engine._executions[execution]
    if state["status"] == "SUCCEEDED":
        return {"output": json.loads(state["output"])}
    return {"error": state["error"]}


def main() -> None:
    """Reads a list of cases, writes their endings by name."""
    engine._scaled_sleep = lambda _seconds: None
    engine._emit_execution_status_event = lambda _execution: None
    engine.time.sleep = lambda _seconds: None
    cases: list[Case] = json.load(sys.stdin)
    sys.stdout.write(json.dumps({case["name"]: ending(case) for case in cases}))


main()
