"""Input channels: are there objects, and which of them a host gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.sagemaker.errors import invalid
from local.sagemaker.ports import Params
from local.training.objects import download, keys_below
from local.training.s3_location import S3Location


class DownloadFailed(Exception):
    """Data cannot be had; the message is the FailureReason."""


def refuse_empty(s3: Any, params: Params, region: str) -> None:
    """:raises AwsError: a channel has no object."""
    for channel in params.get("InputDataConfig", ()):
        url = channel["DataSource"]["S3DataSource"]["S3Uri"]
        if next(iter(_keys(s3, channel)), None) is None:
            bucket = S3Location.parse("S3Uri", url).bucket
            raise invalid(
                f'No S3 objects found under S3 URL "{url}" given in input data source. Please ensure that the bucket '
                f"exists in the selected region ({region}), that objects exist under that S3 prefix, and that the role "
                f'"{params["RoleArn"]}" has "s3:ListBucket" permissions on bucket "{bucket}".'
            )


def fetch(s3: Any, params: Params, host: int, folder: Path) -> None:
    """Copies every channel to a folder of its name; of a sharded one the host gets every n-th object.

    :param host: the host's place, from 0.
    :raises DownloadFailed: an object is gone, or its key leads elsewhere.
    """
    hosts = params["ResourceConfig"]["InstanceCount"]
    for channel in params.get("InputDataConfig", ()):
        source = channel["DataSource"]["S3DataSource"]
        location = S3Location.parse("S3Uri", source["S3Uri"])
        try:
            keys = _keys(s3, channel)
            sharded = source.get("S3DataDistributionType", "FullyReplicated") == "ShardedByS3Key"
            keys = keys[host::hosts] if sharded else keys
            prefix = location.key[: location.key.rfind("/") + 1]
            download(s3, location.bucket, keys, prefix, folder / channel["ChannelName"])
        except (ClientError, ValueError) as error:
            raise DownloadFailed(f"ClientError: Data download failed:{error}") from error


def input_data_config(params: Params) -> Mapping[str, Mapping[str, str]]:
    """What stands in inputdataconfig.json."""
    default = params["AlgorithmSpecification"]["TrainingInputMode"]
    return {
        channel["ChannelName"]: {
            **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
            "TrainingInputMode": channel.get("InputMode", default),
            "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
                "S3DataDistributionType", "FullyReplicated"
            ),
            "RecordWrapperType": "None",
        }
        for channel in params.get("InputDataConfig", ())
    }


def _keys(s3: Any, channel: Mapping[str, Any]) -> Sequence[str]:
    """Every object whose key begins with the prefix: S3Prefix is no folder, so `run-1` includes `run-10/...`."""
    location = S3Location.parse("S3Uri", channel["DataSource"]["S3DataSource"]["S3Uri"])
    return [key for key in keys_below(s3, location, location.key) if not key.endswith("/")]
