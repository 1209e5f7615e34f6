"""AWS::EC2::SecurityGroupIngress and AWS::EC2::SecurityGroupEgress: rules of a group that stand by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .api_type import ApiType, Properties

_PEERS = ("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "DestinationSecurityGroupId")
_CREATE_ONLY = (*_PEERS, "GroupId", "IpProtocol", "FromPort", "ToPort", "Description")


def security_group_rule(direction: str) -> ApiType:
    """:param direction: `Ingress` or `Egress`."""
    return ApiType(
        name=f"AWS::EC2::SecurityGroup{direction}",
        service="ec2",
        create=f"AuthorizeSecurityGroup{direction}",
        delete=f"RevokeSecurityGroup{direction}",
        create_only=_CREATE_ONLY,
        parameters=_permissions,
        physical_id=lambda _, response: str(response["SecurityGroupRules"][0]["SecurityGroupRuleId"]),
        attributes=lambda rule_id: {"Id": rule_id},
        delete_parameters=lambda rule_id, rule: {"GroupId": rule["GroupId"], "SecurityGroupRuleIds": [rule_id]},
        gone="NotFound",
    )


def _permissions(rule: Properties) -> dict[str, Any]:
    ports = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
    return {"GroupId": rule["GroupId"], "IpPermissions": [{**ports, **_peer(rule)}]}


def _peer(rule: Mapping[str, Any]) -> dict[str, Any]:
    described = {"Description": rule["Description"]} if "Description" in rule else {}
    if "CidrIp" in rule:
        return {"IpRanges": [{"CidrIp": rule["CidrIp"], **described}]}
    if "CidrIpv6" in rule:
        return {"Ipv6Ranges": [{"CidrIpv6": rule["CidrIpv6"], **described}]}
    group = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
    if not group:
        raise ValueError(f"A rule of {rule['GroupId']} names no peer; the local cloud knows {', '.join(_PEERS)}.")
    return {"UserIdGroupPairs": [{"GroupId": group, **described}]}
