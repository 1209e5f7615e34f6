"""The engine process: joins ministack, moto, the SageMaker hosting and the alarms, and serves them on one socket.

Started by the launcher, which has set the environment and bound the socket. It ends when its standard input closes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from hypercorn.asyncio import serve
from hypercorn.config import Config

from . import autoscaling_routes, contract, moto_bridge, sagemaker_routes
from .access.behaviours import BEHAVIOURS as ACCESS_BEHAVIOURS
from .access.control import PATH as ACCESS_PATH
from .access.control import AccessControl
from .access.functions import give_functions_their_roles
from .access.journal import Journal
from .access.policies import may_be_assumed
from .access.recorder import Recorder
from .access.roles import ActingClients
from .alarms.rules import RULES
from .autoscaling import ACTION_PREFIX, AutoScaling, RegisteredVariants
from .autoscaling.behaviours import BEHAVIOURS as SCALING_BEHAVIOURS
from .behaviour import assumptions
from .clock import Clock
from .clock.behaviours import BEHAVIOURS as CLOCK_BEHAVIOURS
from .clock.control import PATH as CLOCK_PATH
from .clock.control import ClockControl
from .clock.expression import next_time
from .clock.take_over import take_over
from .cloudformation import RECORDED_ONLY, register
from .cloudformation.behaviours import BEHAVIOURS as STACK_BEHAVIOURS
from .cloudwatch import AlarmActions, AlarmService
from .default_kms_key import use_the_aws_managed_key
from .environment import ACCOUNT, REGION, client_environment
from .events import EventBus
from .image_lookup import refuse_missing_images
from .sagemaker.behaviours import BEHAVIOURS as ENDPOINT_BEHAVIOURS
from .sagemaker_tasks import SageMakerTasks
from .training import Training
from .training.behaviours import BEHAVIOURS as TRAINING_BEHAVIOURS
from .training.control import PATH as TRAINING_PATH
from .training.control import TrainingControl
from .training.spot_trace import Step, TraceProblem, read_trace


class HostingLike(sagemaker_routes.HostingLike, Protocol):
    """What the engine needs of `local.sagemaker.Hosting`."""

    def close(self) -> None: ...


class Engine:
    """Everything behind the endpoint. `say` gets the ready line once requests are taken."""

    def __init__(
        self,
        endpoint: str,
        state_dir: Path,
        clock: Clock,
        make_hosting: Callable[..., HostingLike],
        say: Callable[[str], None],
    ) -> None:
        journal = Journal(state_dir / "access" / "calls.jsonl", clock.now)
        clients = ActingClients(endpoint, journal)
        self._recorder = Recorder(journal, clients)
        self._access_control = AccessControl(journal, clients, state_dir / "access")
        self._endpoint = endpoint
        self._say = say
        self._clock_control = ClockControl(clock)
        self._bus = EventBus()
        self._alarm_actions = AlarmActions()
        self._alarms = AlarmService(clock, self._bus, self._alarm_actions)
        self._hosting = make_hosting(
            account=ACCOUNT,
            region=REGION,
            clock=clock,
            clients=clients,
            state_dir=state_dir / "sagemaker",
            events=lambda detail_type, detail: self._bus.publish("aws.sagemaker", detail_type, detail),
        )
        self._scaling = AutoScaling(
            account=ACCOUNT,
            region=REGION,
            clock=clock,
            sagemaker=self._hosting,
            cloudwatch=clients.cloudwatch,
            events=lambda detail_type, detail: self._bus.publish("aws.application-autoscaling", detail_type, detail),
            next_time=next_time,
        )
        self._alarm_actions.register(ACTION_PREFIX, self._scaling.act, every_minute=True)
        self._training = Training(
            account=ACCOUNT,
            region=REGION,
            clock=clock,
            clients=clients,
            state_dir=state_dir / "training",
            events=lambda detail_type, detail: self._bus.publish("aws.sagemaker", detail_type, detail),
            may_assume=lambda role: may_be_assumed(role, "sagemaker.amazonaws.com"),
        )
        self._training_control = TrainingControl(self._training)
        self._background: list[asyncio.Task[None]] = []
        self._alarms.take_over()
        take_over(clock, state_dir)
        self._route(moto_bridge.MotoBridge())
        SageMakerTasks(clients).take_over()
        register(clients)
        refuse_missing_images()
        use_the_aws_managed_key()
        give_functions_their_roles(journal)

    def _route(self, moto: moto_bridge.MotoBridge) -> None:
        handlers, patterns = contract.SERVICE_HANDLERS.value(), contract.SERVICE_PATTERNS.value()
        hosting = RegisteredVariants(self._hosting, self._scaling)
        handlers[sagemaker_routes.SCOPE] = sagemaker_routes.SageMakerRoutes(hosting, self._training, moto)
        patterns[sagemaker_routes.SCOPE] = {"target_prefixes": [sagemaker_routes.TARGET_PREFIX]}
        handlers[autoscaling_routes.SCOPE] = autoscaling_routes.AutoScalingRoutes(self._scaling)
        patterns[autoscaling_routes.SCOPE] = {"target_prefixes": [autoscaling_routes.TARGET_PREFIX]}

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application: ministack's, our own request, and a word to standard output once it takes requests."""
        if scope["type"] == "http" and scope["path"] == CLOCK_PATH:
            await self._clock_control(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == ACCESS_PATH:
            await self._access_control(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == TRAINING_PATH:
            await self._training_control(scope, receive, send)
            return
        if scope["type"] == "lifespan":
            send = self._announcing(send)
        await self._recorder(contract.ASGI_APP.value(), scope, receive, send)

    def _announcing(self, send: Callable[[Any], Any]) -> Callable[[Any], Any]:
        async def announce(message: dict[str, Any]) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._bus.attach(asyncio.get_running_loop())
                self._background.append(asyncio.create_task(self._alarms.keep_judging()))
                self._scaling.start()
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self._say(json.dumps(self._ready()))

        return announce

    def _ready(self) -> dict[str, Any]:
        return {
            "endpoint": self._endpoint,
            "account": ACCOUNT,
            "region": REGION,
            "environment": client_environment(self._endpoint),
            "recordedOnly": sorted(RECORDED_ONLY),
            "assumed": [
                *assumptions("endpoints", ENDPOINT_BEHAVIOURS),
                *assumptions("training", TRAINING_BEHAVIOURS),
                *assumptions("scaling", SCALING_BEHAVIOURS),
                *assumptions("stacks", STACK_BEHAVIOURS),
                *assumptions("alarms", RULES),
                *assumptions("permissions", ACCESS_BEHAVIOURS),
                *assumptions("clock", CLOCK_BEHAVIOURS),
            ],
        }

    def offer_spot_by(self, steps: Sequence[Step]) -> None:
        """From now on there is Spot capacity as the steps of a trace say."""
        self._training.capacity.spot.follow(steps)

    def stop(self) -> None:
        """Ends every process that was started; may be called from any thread, also while the event loop hangs."""
        self._scaling.close()
        ends = (
            self._hosting.close,
            self._training.close,
            contract.STOP_LAMBDA_WORKERS.value(),
            self._access_control.keep,
        )
        endings = [threading.Thread(target=end) for end in ends]
        for ending in endings:
            ending.start()
        for ending in endings:
            ending.join()


def _stop_when_input_closes(engine: Engine) -> None:
    while os.read(0, 4096):
        pass
    try:
        engine.stop()
    finally:
        os._exit(0)


def _hypercorn(listener: int) -> Config:
    config = Config()
    config.bind = [f"fd://{listener}"]
    config.keep_alive_timeout = 75
    config.loglevel = os.environ["LOG_LEVEL"]
    return config


def _speaker() -> Callable[[str], None]:
    """Keeps standard output for the one ready line; whatever else prints goes to standard error from now on."""
    spoken = os.dup(1)
    os.dup2(2, 1)

    def say(line: str) -> None:
        os.write(spoken, line.encode() + b"\n")

    return say


def main(make_hosting: Callable[..., HostingLike]) -> int:
    """Serves until standard input closes; returns 1 when the installed emulators are not the expected ones."""
    say = _speaker()
    parser = argparse.ArgumentParser(prog="python -m local.engine")
    parser.add_argument("--listener", type=int, required=True, help="file descriptor of the bound socket")
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--clock-factor", type=float, required=True)
    parser.add_argument("--spot-trace", type=Path)
    arguments = parser.parse_args()
    try:
        contract.require()
        steps = None if arguments.spot_trace is None else read_trace(arguments.spot_trace)
    except (contract.ContractBroken, TraceProblem) as problem:
        print(f"local cloud: {problem}", file=sys.stderr)
        return 1
    clock = Clock(arguments.clock_factor)
    engine = Engine(arguments.endpoint, arguments.state_dir, clock, make_hosting, say)
    if steps is not None:
        engine.offer_spot_by(steps)
    threading.Thread(target=_stop_when_input_closes, args=[engine], daemon=True).start()
    asyncio.run(serve(engine.app, _hypercorn(arguments.listener)))
    return 0


if __name__ == "__main__":
    from .sagemaker import Hosting

    sys.exit(main(Hosting))
