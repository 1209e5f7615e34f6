"""A job from its start to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from batch_entry import container, notice
from batch_entry.ownership import Owner, Ownership, PrefixTaken
from batch_entry.settings import Settings
from batch_entry.storage import Mirror

STOPPED = 143
"""It was told to stop, and has saved: Batch tries it again, unless it was the cluster that stopped it."""
PREFIX_TAKEN = 75
"""Another job has the checkpoints."""

UPLOAD_SECONDS = 10.0

_UNREACHABLE = (Boto3Error, BotoCoreError, ClientError)


def run(command: list[str], environment: Mapping[str, str]) -> int:
    """:raises EntryError: the job cannot begin."""
    settings = Settings.from_environment(environment)
    job = Job(settings, boto3.client("s3"))
    endpoint = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", notice.ENDPOINT)
    signal.signal(signal.SIGTERM, lambda *_: job.stop("it was told to stop"))
    ended = threading.Event()
    noticed = lambda: job.stop("its instance is taken")  # noqa: E731
    threading.Thread(target=notice.watch, args=(endpoint, noticed, ended), daemon=True).start()
    try:
        return job.run(command, environment)
    finally:
        ended.set()


class Job:
    def __init__(self, settings: Settings, s3: Any) -> None:
        self._settings = settings
        self._s3 = s3
        self._trainer: subprocess.Popen[bytes] | None = None
        self._told = False
        self._ownership = Ownership(s3, settings.checkpoints, Owner(settings.attempt, settings.job_id))
        self._mirror = Mirror(s3, settings.base / "checkpoints", settings.checkpoints)

    def stop(self, reason: str) -> None:
        """
        Tells the trainer at once, whatever is being uploaded: its time to save has begun. Before it has started there
        is nothing to save, and the job ends.

        Called by a handler of signals as well, which may have interrupted a print, so this does not print.
        """
        trainer = self._trainer
        if trainer is None:
            os.write(1, f"batch_entry: {reason}\n".encode())
            os._exit(STOPPED)
        if trainer.poll() is None and not self._told:
            self._told = True
            trainer.send_signal(signal.SIGTERM)
            os.write(1, f"batch_entry: {reason}\n".encode())

    def run(self, command: list[str], environment: Mapping[str, str]) -> int:
        try:
            self._ownership.take()
        except PrefixTaken as taken:
            print(f"batch_entry: {taken}", file=sys.stderr)
            return PREFIX_TAKEN
        container.name_main_node(self._settings.node)
        container.write_configuration(self._settings)
        container.bring_data(self._s3, self._settings)
        self._mirror.adopt()
        return self._train(command, environment)

    def _train(self, command: list[str], environment: Mapping[str, str]) -> int:
        process = self._trainer = subprocess.Popen(command, env=dict(environment))
        uploaded = time.monotonic()
        while process.poll() is None:
            time.sleep(0.2)
            if time.monotonic() - uploaded < UPLOAD_SECONDS:
                continue
            if not self._upload_or_later():
                process.kill()
                process.wait()
                return PREFIX_TAKEN
            uploaded = time.monotonic()
        # A job that is tried again goes on from what is there; what is done must be there.
        if not (self._upload_or_later(ended=True) if self._told else self._upload(ended=True)):
            return PREFIX_TAKEN
        return self._end(process.returncode)

    def _upload_or_later(self, *, ended: bool = False) -> bool:
        """Training goes on while S3 cannot be reached."""
        try:
            return self._upload(ended=ended)
        except _UNREACHABLE as error:
            print(f"batch_entry: checkpoints were not uploaded: {error}", file=sys.stderr)
            return True

    def _upload(self, *, ended: bool = False) -> bool:
        """False when the prefix is no longer this job's: then nothing is uploaded."""
        if not self._ownership.holds():
            print("batch_entry: a later job has the checkpoints, so this one ends", file=sys.stderr)
            return False
        count = self._mirror.upload(ended=ended)
        if count > 0:
            print(f"batch_entry: {count} files of checkpoints uploaded", flush=True)
        return True

    def _end(self, code: int) -> int:
        if self._told:
            return STOPPED
        if code == 0:
            container.take_results(self._s3, self._settings)
            return 0
        reason = container.failure(self._settings)
        print(f"batch_entry: the trainer ended with {code}{f': {reason}' if reason else ''}", file=sys.stderr)
        # Its own code, but for those that say something else here.
        return code if 0 < code < 256 and code not in (STOPPED, PREFIX_TAKEN) else 1
