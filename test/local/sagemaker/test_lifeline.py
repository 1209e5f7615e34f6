"""Containers end even when the process that started them is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]
OWNER = """
import subprocess, sys, time
from local.sagemaker.lifeline import Lifeline

lifeline = Lifeline()
sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
children = [subprocess.Popen(sleeper, start_new_session=True, stdout=subprocess.DEVNULL) for _ in range(2)]
for child in children:
    lifeline.guard(child.pid)
lifeline.release(children[1].pid)
print(*(child.pid for child in children), flush=True)
time.sleep(600)
"""


def running(pid):
    stat = Path("/proc", str(pid), "stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_what_is_guarded_ends_with_its_owner_and_what_was_released_does_not():
    owner = subprocess.Popen([sys.executable, "-c", OWNER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    guarded, released = map(int, owner.stdout.readline().split())
    try:
        assert running(guarded) and running(released)
        owner.kill()
        owner.communicate()
        deadline = time.monotonic() + 30
        while running(guarded):
            assert time.monotonic() < deadline, "the guarded process outlived its owner"
            time.sleep(0.02)
        assert running(released)
    finally:
        os.kill(released, signal.SIGKILL)


def test_the_containers_of_an_endpoint_are_guarded(cloud, processes):
    cloud.serve()
    before = set(processes(cloud))
    cloud.hosting._lifeline.close()
    cloud.until(lambda: not before & set(processes(cloud)))
