"""AWS::EC2::VPC as ministack has it, with the attribute it forgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import contract
from .api_type import Created


def correct_vpcs() -> None:
    """Gives `Fn::GetAtt: [Vpc, CidrBlock]`, which every interface endpoint of the CDK asks for."""
    handler = contract.RESOURCE_HANDLERS.value()["AWS::EC2::VPC"]
    handler["create"] = _with_cidr_block(handler["create"], properties_at=1)
    handler["update"] = _with_cidr_block(handler["update"], properties_at=2)


def _with_cidr_block(native: Callable[..., Created], *, properties_at: int) -> Callable[..., Created]:
    def corrected(*arguments: Any) -> Created:
        physical_id, attributes = native(*arguments)
        return physical_id, {**attributes, "CidrBlock": arguments[properties_at].get("CidrBlock")}

    return corrected
