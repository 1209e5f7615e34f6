"""The folders that a trainer finds, as SageMaker lays them out."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

from batch_entry.errors import EntryError
from batch_entry.ownership import OWNER_FILE
from batch_entry.settings import Node, Settings
from batch_entry.storage import download

HOSTS = Path("/etc/hosts")
ROUTES = Path("/proc/net/route")
_DEFAULT = "00000000"


def write_configuration(settings: Settings, routes: Path = ROUTES) -> None:
    folder = settings.base / "input" / "config"
    folder.mkdir(parents=True, exist_ok=True)
    node = settings.node
    documents = {
        "hyperparameters": settings.hyperparameters,
        "resourceconfig": {
            "current_host": node.hosts[node.index],
            "hosts": node.hosts,
            "network_interface_name": default_interface(routes),
        },
        "inputdataconfig": {
            channel.name: {
                "TrainingInputMode": "File",
                "S3DistributionType": "ShardedByS3Key" if channel.sharded else "FullyReplicated",
                **({"ContentType": channel.content_type} if channel.content_type else {}),
            }
            for channel in settings.channels
        },
    }
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document) + "\n", "utf-8")


def default_interface(routes: Path = ROUTES) -> str:
    """The interface of the default route, which leads to the other nodes."""
    try:
        lines = routes.read_text("utf-8").splitlines()[1:]
    except FileNotFoundError:
        return "eth0"
    fields = [line.split() for line in lines]
    return next((field[0] for field in fields if len(field) > 1 and field[1] == _DEFAULT), "eth0")


def name_main_node(node: Node, hosts: Path = HOSTS) -> None:
    """The nodes meet at the first host by its name. Batch tells the others its address."""
    if node.index == 0:
        return
    if node.main_address is None:
        raise EntryError(
            f"AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS is not set on node {node.index}; "
            "Batch sets it on all but the main one"
        )
    with hosts.open("a", encoding="utf-8") as file:
        file.write(f"{node.main_address} {node.hosts[0]}\n")


def bring_data(s3: Any, settings: Settings) -> None:
    """Checkpoints of the run, and the channels."""
    for name in ("model", "output/data", "checkpoints"):
        (settings.base / name).mkdir(parents=True, exist_ok=True)
    count = download(s3, settings.checkpoints, settings.base / "checkpoints", lambda _, name: name != OWNER_FILE)
    print(f"batch_entry: {count} files of checkpoints", flush=True)
    node = settings.node
    for channel in settings.channels:
        mine = (lambda number, _: number % node.count == node.index) if channel.sharded else (lambda *_: True)
        count = download(s3, channel.source, settings.base / "input" / "data" / channel.name, mine)
        print(f"batch_entry: {count} files of channel {channel.name}", flush=True)
        if count == 0:
            raise EntryError(
                f"channel {channel.name} has no object for node {node.index} below "
                f"s3://{channel.source.bucket}/{channel.source.prefix}"
            )


def take_results(s3: Any, settings: Settings) -> None:
    """What the trainer has made, from the main node: model.tar.gz, and output.tar.gz where there is any."""
    if settings.node.index > 0:
        return
    for folder, archive in (("model", "model.tar.gz"), ("output/data", "output.tar.gz")):
        entries = sorted((settings.base / folder).iterdir())
        if not entries and folder != "model":
            continue
        packed = settings.base / archive
        with tarfile.open(packed, "w:gz", compresslevel=1) as tar:
            for entry in entries:
                tar.add(entry, entry.name)
        s3.upload_file(
            str(packed), settings.output.bucket, settings.output.key(f"{settings.job_name}/output/{archive}")
        )
        packed.unlink()


def failure(settings: Settings) -> str | None:
    """Why the trainer failed, as far as it has said so."""
    try:
        return (settings.base / "output" / "failure").read_text("utf-8", errors="replace")[:1024]
    except FileNotFoundError:
        return None
