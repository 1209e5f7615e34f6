import { ZONE_LETTERS } from './zones.generated';

/*
 * Letters are mapped for each account: where `aws ec2 describe-availability-zones` shows yours another one, add it in
 * generate/zones.py and run `npm run generate`.
 */

export const regions: readonly string[] = Object.keys(ZONE_LETTERS);

/** The availability zones of a known region; none of any other. */
export const zonesOf = (region: string): readonly string[] =>
  regions.includes(region) ? Array.from(ZONE_LETTERS[region] ?? '', (letter) => region + letter) : [];
