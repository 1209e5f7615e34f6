"""Clients that act as a role, for what an AWS service does in a role's name."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from local.access.journal import Journal
from local.access.need import implied
from local.access.sessions import credentials_of
from local.clients import LocalClients


class RoleClients(LocalClients):
    """Their calls carry the role's credentials, so they are recorded as the role's."""

    def __init__(self, endpoint: str, role_arn: str, journal: Journal) -> None:
        self._credentials = credentials_of(role_arn, "SageMaker").environment()
        super().__init__(endpoint, self._credentials)
        self._role = role_arn.rsplit("/", 1)[-1]
        self._journal = journal

    def environment(self) -> Mapping[str, str]:
        """What an SDK in a process needs to act as the role here, and nowhere else."""
        return {**self._credentials, "AWS_ENDPOINT_URL": self._endpoint}

    def implies(self, actions: Mapping[str, str], source: str) -> None:
        """Notes calls that the service makes on AWS and that are not made here: action -> resource."""
        self._journal.add(
            self._role, "implied", [implied(action, resource, source) for action, resource in actions.items()]
        )


class ActingClients(LocalClients):
    """The account's own clients, and those of its roles."""

    def __init__(self, endpoint: str, journal: Journal) -> None:
        super().__init__(endpoint)
        self._journal = journal
        self._roles: dict[str, RoleClients] = {}
        self._roles_lock = threading.Lock()

    def acting_as(self, role_arn: str | None) -> RoleClients | ActingClients:
        """The same clients for the same role; for None these, whose calls are nobody's to judge."""
        if role_arn is None:
            return self
        with self._roles_lock:
            if role_arn not in self._roles:
                self._roles[role_arn] = RoleClients(self._endpoint, role_arn, self._journal)
            return self._roles[role_arn]

    def environment(self) -> Mapping[str, str]:
        """Empty: a container without a role has no credentials."""
        return {}

    def implies(self, actions: Mapping[str, str], source: str) -> None:
        """Nothing: the account may do everything."""
