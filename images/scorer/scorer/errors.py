"""The two ways this package refuses: a start that cannot succeed, and a request that cannot be answered."""

from dataclasses import dataclass, field


class StartError(Exception):
    """The process cannot start: its message is the one sentence printed before it ends with exit code 1."""


@dataclass(eq=False)
class RequestError(Exception):
    """A request is refused with this HTTP status; code is for programs, message says what was given and allowed."""

    status: int
    code: str
    message: str
    headers: dict[str, str] = field(default_factory=dict)
