"""A trainer that obeys the container contract and does nothing but count steps. Standard library only.

Two slots, each file with its checksum: a file that was cut off is not used. Hyperparameters: `steps`, `pace` (real
seconds a step), `mode` (`train`, `fail`, `deaf` to SIGTERM, `idle` for ever), `rate` (the metric it reports).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path

BASE = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
CHECKPOINTS = BASE / "checkpoints"


def configuration(name: str) -> dict:
    return json.loads((BASE / "input" / "config" / f"{name}.json").read_text())


def replace(path: Path, text: str) -> None:
    """In one step, so that a reader finds the old text or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def save(state: dict, rank: int, total: int) -> None:
    text = json.dumps(state)
    digest = hashlib.sha256(text.encode()).hexdigest()
    replace(CHECKPOINTS / f"slot-{state['saves'] % 2}.rank-{rank}", f"{digest}\n{text}")
    if rank == 0:
        progress = {"version": 1, "completed": state["step"], "total": total, "unit": "steps"}
        replace(
            CHECKPOINTS / "progress.json",
            json.dumps({**progress, "trainingSeconds": state["seconds"], "checkpointSeconds": 0.01}),
        )


def load(rank: int) -> dict:
    """The newest state whose checksum holds."""
    found = [{"step": 0, "saves": 0, "seconds": 0.0, "attempts": []}]
    for file in sorted(CHECKPOINTS.glob(f"slot-*.rank-{rank}")):
        digest, _, text = file.read_text().partition("\n")
        if hashlib.sha256(text.encode()).hexdigest() == digest:
            found.append(json.loads(text))
        else:
            print(f"{file.name} is cut off", flush=True)
    return max(found, key=lambda state: state["step"])


def meet(rank: int, hosts: list[str]) -> None:
    """Waits until every host is there, at the address that all of them are told."""
    address = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    if rank == 0:
        with socket.create_server(address) as server:
            for _ in hosts[1:]:
                server.accept()[0].close()
        return
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(address, timeout=1).close()
            return
        time.sleep(0.02)


def main() -> None:
    global CHECKPOINTS
    assert sys.argv[1:] == ["train"], sys.argv
    given, resources = configuration("hyperparameters"), configuration("resourceconfig")
    rank, hosts = resources["hosts"].index(resources["current_host"]), resources["hosts"]
    steps, pace, mode = int(given.get("steps", "10")), float(given.get("pace", "0.02")), given.get("mode", "train")
    stop = False

    def on_sigterm(*_: object) -> None:
        nonlocal stop
        stop = mode != "deaf"
        print("told to stop", flush=True)

    signal.signal(signal.SIGTERM, on_sigterm)
    if "_tuning_objective_metric" in given:  # all jobs of a tuning job share one prefix
        CHECKPOINTS /= os.environ["TRAINING_JOB_NAME"]
        CHECKPOINTS.mkdir(exist_ok=True)
    meet(rank, hosts)
    if mode == "fail" and rank == len(hosts) - 1:
        (BASE / "output" / "failure").write_text("the weights of layer 7 are missing")
        sys.exit(3)
    state = load(rank)
    state["attempts"].append(state["step"])
    state["clocks"] = [time.time(), time.perf_counter(), time.monotonic()]
    (BASE / "output" / "data" / f"hosts-{rank}.json").write_text(
        json.dumps([resources, configuration("inputdataconfig")])
    )
    print(f"begins at step {state['step']}", flush=True)
    while state["step"] < steps and not stop:
        began = time.perf_counter()
        time.sleep(pace)
        if mode == "idle":
            continue
        state["step"] += 1
        state["seconds"] += time.perf_counter() - began
        state["saves"] += 1
        save(state, rank, steps)
        if rank == 0:
            print(f"step {state['step']}: loss={float(given.get('rate', '1')) / state['step']:.4f};", flush=True)
    if state["step"] >= steps:
        data = {
            str(path.relative_to(BASE)): path.read_text()
            for path in (BASE / "input" / "data").rglob("*")
            if path.is_file()
        }
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        kept = [str(path.relative_to(CHECKPOINTS)) for path in CHECKPOINTS.rglob("*")]
        result = {"state": state, "data": data, "environment": environment, "checkpoints": kept}
        (BASE / "model" / f"result-{rank}.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
