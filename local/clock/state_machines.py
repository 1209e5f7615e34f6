"""Step Functions of ministack on the clock: waits, retries, timeouts, heartbeats, and every date it shows."""

from __future__ import annotations

import contextvars
import json
import random
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from .. import contract
from .clock import Clock
from .event import ClockEvent

_LONGEST_TASK = 99_999_999  # seconds; TimeoutSeconds where a state gives none
_REAL_SECONDS_BETWEEN_LOOKS = 0.2  # within which a pause between attempts ends when its execution does

_State = Mapping[str, Any]
_Execution = MutableMapping[str, Any]

_execution: contextvars.ContextVar[_Execution | None] = contextvars.ContextVar("execution", default=None)


class StateMachines:
    """Takes over what ministack does by the machine's time. Its methods stand in for functions of ministack."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def take_over(self) -> None:
        """Puts the methods in their places; call it once, before the first request."""
        self._run, self._fail = contract.RUN_EXECUTION.value(), contract.FAIL_EXECUTION.value()
        self._execute_task = contract.EXECUTE_TASK.value()
        self._call_back, self._find = contract.INVOKE_WITH_CALLBACK.value(), contract.FIND_MATCHING_RETRIER.value()
        self._invoke_in_time = contract.INVOKE_WITH_TIMEOUT.value()
        self._matches = contract.ERROR_MATCHES.value()
        contract.STATE_MACHINE_NOW.replace(self.now_iso)
        contract.STATE_MACHINE_SLEEP_UNTIL.replace(self.sleep_until)
        contract.RUN_EXECUTION.replace(self.run_execution)
        contract.FAIL_EXECUTION.replace(self.fail_execution)
        contract.EXECUTE_TASK.replace(self.execute_task)
        contract.INVOKE_WITH_CALLBACK.replace(self.invoke_with_callback)
        contract.INVOKE_WITH_TIMEOUT.replace(self.invoke_with_timeout)
        contract.FIND_MATCHING_RETRIER.replace(self.find_matching_retrier)
        contract.ERROR_MATCHES.replace(self.error_matches)
        contract.STATE_MACHINE_THREADING.replace(_with(threading, Event=lambda: ClockEvent(self._clock)))
        contract.STATE_MACHINE_TIME.replace(_with(time, sleep=self._clock.sleep))

    def now_iso(self) -> str:
        now = datetime.fromtimestamp(self._clock.now(), UTC)
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def sleep_until(self, timestamp: str) -> None:
        self._clock.sleep_until(datetime.fromisoformat(timestamp).timestamp())

    def run_execution(self, arn: str) -> None:
        """Runs an execution, and ends it as TIMED_OUT after the TimeoutSeconds of its machine."""
        execution: _Execution = contract.EXECUTIONS.value()[arn]
        timeout = _timeout(contract.STATE_MACHINES.value().get(execution["stateMachineArn"]))
        ended, around = ClockEvent(self._clock), _execution.set(execution)
        if timeout is not None:
            _in_background(self._time_out, execution, ended, timeout)
        try:
            self._run(arn)
        finally:
            ended.set()
            _execution.reset(around)  # a nested execution runs within the one that waits for it

    def fail_execution(self, execution: _Execution, error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":  # else it was stopped or timed out, and keeps that end
            self._fail(execution, error, cause)

    def execute_task(self, state: _State, raw_input: Any, execution: _Execution, context: Any) -> Any:
        """Reads the paths of timeouts, which ministack does not."""
        resolve = contract.RESOLVE_PATH.value()
        given = {
            field: resolve(state[f"{field}Path"], raw_input)
            for field in ("TimeoutSeconds", "HeartbeatSeconds")
            if f"{field}Path" in state
        }
        return self._execute_task({**state, **given}, raw_input, execution, context)

    def invoke_with_timeout(self, resource: str, payload: Any, timeout: float) -> Any:
        """A task that waits for a job has simulated time; one that works has real time, as the work takes that."""
        if ".sync" not in resource:
            return self._invoke_in_time(resource, payload, timeout)
        ended, outcome = ClockEvent(self._clock), SimpleNamespace(result=None, error=None)

        def work() -> None:
            try:
                outcome.result = contract.INVOKE_RESOURCE.value()(resource, payload)
            except Exception as error:
                outcome.error = error
            ended.set()

        _in_background(work)
        if not ended.wait(timeout):
            raise self._error("States.Timeout", f"Task timed out after {timeout} seconds")
        if outcome.error is not None:
            raise outcome.error
        return outcome.result

    def invoke_with_callback(self, resource: str, payload: Any, token: str, state: _State) -> Any:
        """Waits for a task's token to come back, and gives up when its heartbeat stops."""
        heartbeat = state.get("HeartbeatSeconds")
        if heartbeat is not None:
            _in_background(self._watch_heartbeat, token, heartbeat)
        return self._call_back(resource, payload, token, {"TimeoutSeconds": _LONGEST_TASK, **state})

    def find_matching_retrier(self, retriers: Any, error: str, counts: Mapping[int, int]) -> tuple[Any, int]:
        """Waits here for the next attempt: ministack caps the wait at a minute and knows no MaxDelaySeconds."""
        retrier, index = self._find(retriers, error, counts)
        if retrier is None or _execution.get() is None:  # the latter in a request of TestState
            return retrier, index
        self._pause(_delay(retrier, counts.get(index, 0)))
        return {**retrier, "IntervalSeconds": 0}, index

    def error_matches(self, names: Any, error: str) -> bool:
        if error == _HEARTBEAT_TIMEOUT:
            return error in names or self._matches(names, "States.Timeout")
        return bool(self._matches(names, error))

    def _pause(self, seconds: float) -> None:
        """Waits between attempts, of which an execution that has ended meanwhile makes no more."""
        moment = self._clock.now() + seconds
        while not _stopped() and (left := moment - self._clock.now()) > 0:
            self._clock.sleep(min(left, _REAL_SECONDS_BETWEEN_LOOKS * self._clock.factor))
        if _stopped():
            raise self._error("States.Runtime", "The execution has ended.")

    def _time_out(self, execution: _Execution, ended: ClockEvent, timeout: float) -> None:
        if ended.wait(timeout) or execution["status"] != "RUNNING":
            return
        execution.update(status="TIMED_OUT", stopDate=self.now_iso(), error="States.Timeout", cause=None)
        contract.ADD_EXECUTION_EVENT.value()(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
        contract.EMIT_EXECUTION_EVENT.value()(execution)

    def _watch_heartbeat(self, token: str, heartbeat: float) -> None:
        last = self._clock.now()
        while True:
            self._clock.sleep_until(last + heartbeat)
            task = contract.TASK_TOKENS.value().get(token)
            if task is None or task["event"].is_set():
                return
            beat = datetime.fromisoformat(task["heartbeat"]).timestamp() if task["heartbeat"] else last
            if beat <= last:
                task["error"] = {"Error": _HEARTBEAT_TIMEOUT, "Cause": f"No heartbeat for {heartbeat} seconds"}
                task["event"].set()
                return
            last = beat

    def _error(self, name: str, cause: str) -> Exception:
        error: Exception = contract.EXECUTION_ERROR.value()(name, cause)
        return error


def role_of_execution() -> str | None:
    """ARN of the role of the execution that this thread works for; None where it works for none."""
    execution = _execution.get()
    machine = execution and contract.STATE_MACHINES.value().get(execution["stateMachineArn"])
    role: str | None = machine["roleArn"] if machine else None
    return role


_HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"


def _in_background(work: Callable[..., None], *arguments: Any) -> None:
    """In a thread that serves the same account and region."""
    threading.Thread(target=contextvars.copy_context().run, args=[work, *arguments], daemon=True).start()


def _timeout(machine: _State | None) -> float | None:
    """TimeoutSeconds of a machine; of one that is gone or cannot be read none, which ministack reports."""
    try:
        timeout: float | None = json.loads(machine["definition"]).get("TimeoutSeconds") if machine else None
    except (ValueError, AttributeError):
        return None
    return timeout


def _stopped() -> bool:
    execution = _execution.get()
    return execution is not None and execution["status"] != "RUNNING"


def _delay(retrier: _State, attempts: int) -> float:
    """Seconds before the next attempt, after `attempts` retries."""
    delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** attempts
    delay = min(delay, retrier.get("MaxDelaySeconds", delay))
    return random.uniform(0, delay) if retrier.get("JitterStrategy") == "FULL" else float(delay)


def _with(module: Any, **changes: Callable[..., Any]) -> SimpleNamespace:
    """A stand-in for a module that differs from it in `changes`."""
    return SimpleNamespace(**{**vars(module), **changes})
