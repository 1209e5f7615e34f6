"""Credentials of role sessions: by their access key the role behind a call is known."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from local import contract

_LONGEST_SESSION_NAME = 64


@dataclass(frozen=True)
class Credentials:
    """Temporary credentials, as STS issues them."""

    access_key_id: str
    secret_access_key: str
    session_token: str

    def environment(self) -> dict[str, str]:
        """As an SDK reads them from the environment of a process."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
        }


def credentials_of(role_arn: str, session_name: str) -> Credentials:
    """Credentials with which a call is the role's; the same for the same role and name, and they do not expire."""
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    session = session_name[:_LONGEST_SESSION_NAME]
    digest = hashlib.sha256(f"{role_arn} {session}".encode()).hexdigest()
    issued = Credentials(f"ASIA{digest[:16].upper()}", digest[16:56], digest[24:])
    contract.REGISTER_SESSION.value()(
        issued.access_key_id,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
            "UserId": f"AROA{digest[:17].upper()}:{session}",
            "SecretAccessKey": issued.secret_access_key,
            "SessionToken": issued.session_token,
        },
    )
    return issued


def role_of_key(access_key_id: str) -> str | None:
    """Name of the role whose session an access key belongs to; None for any other caller."""
    session = contract.STS_SESSIONS.value().get(access_key_id)
    _, found, rest = str((session or {}).get("Arn", "")).partition(":assumed-role/")
    return rest.split("/")[0] if found else None
