"""Letters of the availability zones, by region."""

from __future__ import annotations

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from .typescript import header, package

# Zones that moto lacks: region and letters. AWS maps letters for each account: `aws ec2 describe-availability-zones`.
ADDED: dict[str, str] = {}


def letters() -> dict[str, str]:
    """In the order of the alphabet, both."""
    known = {region: {zone.name[-1] for zone in zones} for region, zones in RegionsAndZonesBackend.zones.items()}
    return {region: "".join(sorted(known[region] | set(ADDED.get(region, "")))) for region in sorted(known)}


def render(zones: dict[str, str]) -> str:
    lines = [
        *header(package("moto", "Apache-2.0")),
        "export const ZONE_LETTERS: Readonly<Record<string, string>> = {",
        *(f"  '{region}': '{of_region}'," for region, of_region in zones.items()),
        "};",
        "",
    ]
    return "\n".join(lines)
