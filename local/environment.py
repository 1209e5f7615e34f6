"""The environment variables of the local cloud: what the engine process sees, and what its clients need."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

ACCOUNT = "123456789012"
REGION = "us-east-1"

# A setting of the caller's shell must not change what the emulators do: their switches are dropped, then set below.
_DROPPED_PREFIXES = ("AWS_", "MINISTACK_", "MOTO_", "LOCALSTACK_", "LAMBDA_", "IOT_", "SFTP_", "SFN_", "S3_", "ECS_")
_DROPPED = (
    "AUTH",
    "SERVICES",
    "USE_SSL",
    "PERSIST_STATE",
    "STATE_DIR",
    "EDGE_PORT",
    "GATEWAY_PORT",
    "CLOUDTRAIL_RECORDING",
)


def client_environment(endpoint: str) -> dict[str, str]:
    """What an AWS SDK or the CDK CLI needs to talk to the local cloud and to nothing else."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def engine_environment(inherited: Mapping[str, str], endpoint: str, state_dir: Path) -> dict[str, str]:
    """The environment of the engine process; it has to be complete before an emulator is imported."""
    kept = {
        name: value
        for name, value in inherited.items()
        if name not in _DROPPED and not name.startswith(_DROPPED_PREFIXES)
    }
    loopback = ",".join(filter(None, [kept.get("NO_PROXY") or kept.get("no_proxy"), "127.0.0.1", "localhost"]))
    return {
        "LOG_LEVEL": "WARNING",
        **kept,
        **client_environment(endpoint),
        "NO_PROXY": loopback,
        "no_proxy": loopback,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": endpoint.rsplit(":", 1)[1],
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "MOTO_ACCOUNT_ID": ACCOUNT,
        "LAMBDA_EXECUTOR": "local",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(state_dir / "state"),
        "S3_DATA_DIR": str(state_dir / "s3"),
        "TMPDIR": str(state_dir / "tmp"),
        # A socket that does not exist: ministack must not tidy up containers of a Docker engine it finds.
        "DOCKER_HOST": f"unix://{state_dir / 'no-docker.sock'}",
    }
