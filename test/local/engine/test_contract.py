"""The private names of the emulators: that they are there, and that a change is reported in a clear sentence."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import contract
from local.contract import PrivateName

LOCAL = Path(contract.__file__).parent


def test_the_pinned_emulators_have_every_name() -> None:
    assert contract.broken_versions() == []
    assert contract.broken_names() == []


def test_the_requirements_pin_the_same_versions() -> None:
    lines = (LOCAL / "requirements.txt").read_text().splitlines()
    assert {f"{package}=={version}" for package, version in contract.PINNED.items()} <= set(lines)


def test_no_other_module_touches_an_emulator() -> None:
    importing = re.compile(r"^\s*(import|from) (ministack|moto)\b", re.MULTILINE)
    assert [path.name for path in LOCAL.rglob("*.py") if importing.search(path.read_text())] == []


def test_every_name_is_used() -> None:
    code = "\n".join(path.read_text() for path in LOCAL.rglob("*.py") if path.name != "contract.py")
    names = {key: value for key, value in vars(contract).items() if isinstance(value, PrivateName)}
    assert [key for key in names if not re.search(rf"contract\.{key}\b", code)] == []


@pytest.fixture
def altered() -> Iterator[types.ModuleType]:
    """A stand-in for a module of an emulator."""
    import sys

    module = types.ModuleType("ministack.altered")
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


def test_a_name_that_is_gone_is_reported(altered: types.ModuleType) -> None:
    name = PrivateName("ministack.altered", "_store", "read metrics")
    assert name.finding() == (
        f"ministack {contract.PINNED['ministack']} is pinned; "
        "ministack.altered._store is gone (needed to read metrics)."
    )


def test_a_changed_signature_is_reported(altered: types.ModuleType) -> None:
    altered._judge = lambda alarm, now: None  # type: ignore[attr-defined]
    name = PrivateName("ministack.altered", "_judge", "judge an alarm", ("alarm",))
    assert name.finding() == (
        f"ministack {contract.PINNED['ministack']} is pinned; ministack.altered._judge takes (alarm, now), "
        "expected (alarm) (needed to judge an alarm)."
    )


def test_another_version_is_reported_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contract.PINNED, "moto", "0.0.1")
    with pytest.raises(contract.ContractBroken, match=r"^moto 0\.0\.1 is pinned; .* is installed\. Install local/req"):
        contract.require()
