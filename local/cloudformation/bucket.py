"""AWS::S3::Bucket as ministack has it, with the properties it drops and the refusal it forgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import contract
from .api_type import Clients, Created, Properties, call


@dataclass(frozen=True)
class _Setting:
    """A property that one S3 operation sets and another removes."""

    put: str
    remove: str
    argument: str
    """Parameter of `put` that carries the setting."""
    as_argument: Callable[[Any], Any]


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A template's rule in the words of PutBucketLifecycleConfiguration."""
    known = {
        *("Id", "Status", "Prefix", "ExpirationInDays", "ExpiredObjectDeleteMarker", "NoncurrentVersionExpiration"),
        *("AbortIncompleteMultipartUpload", "Transitions", "NoncurrentVersionTransitions"),
    }
    if unknown := sorted(set(rule) - known):
        raise ValueError(
            f"AWS::S3::Bucket.LifecycleConfiguration: the local cloud cannot set {', '.join(unknown)} of a rule."
        )
    expiration = {
        new: rule[old]
        for old, new in (("ExpirationInDays", "Days"), ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"))
        if old in rule
    }
    parts = {
        "ID": rule.get("Id"),
        "Expiration": expiration,
        "NoncurrentVersionExpiration": rule.get("NoncurrentVersionExpiration"),
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
        "Transitions": [_transition(item, "Days") for item in rule.get("Transitions", [])],
        "NoncurrentVersionTransitions": [
            _transition(item, "NoncurrentDays") for item in rule.get("NoncurrentVersionTransitions", [])
        ],
    }
    return {
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
        **{key: value for key, value in parts.items() if value},
    }


def _transition(transition: Mapping[str, Any], days: str) -> dict[str, Any]:
    return {days if key == "TransitionInDays" else key: value for key, value in transition.items()}


def _encryption_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    default = rule.get("ServerSideEncryptionByDefault")
    if default is None:
        return dict(rule)
    rest = {key: value for key, value in rule.items() if key != "ServerSideEncryptionByDefault"}
    return {"ApplyServerSideEncryptionByDefault": default, **rest}


_SETTINGS = {
    "Tags": _Setting("PutBucketTagging", "DeleteBucketTagging", "Tagging", lambda tags: {"TagSet": tags}),
    "LifecycleConfiguration": _Setting(
        "PutBucketLifecycleConfiguration",
        "DeleteBucketLifecycle",
        "LifecycleConfiguration",
        lambda value: {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]},
    ),
    "BucketEncryption": _Setting(
        "PutBucketEncryption",
        "DeleteBucketEncryption",
        "ServerSideEncryptionConfiguration",
        lambda value: {"Rules": [_encryption_rule(rule) for rule in value["ServerSideEncryptionConfiguration"]]},
    ),
    "OwnershipControls": _Setting(
        "PutBucketOwnershipControls", "DeleteBucketOwnershipControls", "OwnershipControls", dict
    ),
}


def correct_buckets(clients: Clients) -> None:
    """Sets what ministack drops of a template's bucket, and refuses to delete one that is not empty."""
    handler = contract.RESOURCE_HANDLERS.value()["AWS::S3::Bucket"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def create_with_settings(logical_id: str, properties: Properties, stack_name: str) -> Created:
        created: Created = create(logical_id, properties, stack_name)
        try:
            _apply(clients, created[0], {}, properties)
        except Exception:
            delete(created[0], properties)  # a create that fails is not in the stack, so no rollback would
            raise
        return created

    def update_with_settings(physical_id: str, old: Properties, new: Properties, stack_name: str) -> Created:
        updated: Created = update(physical_id, old, new, stack_name)
        _apply(clients, updated[0], old if updated[0] == physical_id else {}, new)
        return updated

    def delete_when_empty(physical_id: str, properties: Properties) -> None:
        status, _, body = contract.DELETE_BUCKET.value()(physical_id)
        if status == 409:
            raise ValueError(f"The bucket you tried to delete is not empty: {physical_id}.")
        if status >= 400 and b"NoSuchBucket" not in body:
            raise ValueError(f"Bucket {physical_id} could not be deleted: {body.decode(errors='replace')}")

    handler.update(create=create_with_settings, update=update_with_settings, delete=delete_when_empty)


def _apply(clients: Clients, bucket: str, old: Properties, new: Properties) -> None:
    for name, setting in _SETTINGS.items():
        where = f"AWS::S3::Bucket.{name}"
        if new.get(name) and new[name] != old.get(name):
            parameters = {"Bucket": bucket, setting.argument: setting.as_argument(new[name])}
            call(clients, "s3", setting.put, parameters, where)
        elif name in old and not new.get(name):
            call(clients, "s3", setting.remove, {"Bucket": bucket}, where)
