/**
 * Letters of the availability zones, by region. Source: moto 5.2.5 (Apache-2.0), November 2026.
 * Letters are mapped for each account: where `aws ec2 describe-availability-zones` shows yours another one, add it here.
 */
const ZONE_LETTERS: Readonly<Record<string, string>> = {
  'af-south-1': 'abc',
  'ap-east-1': 'abc',
  'ap-east-2': 'abc',
  'ap-northeast-1': 'acd',
  'ap-northeast-2': 'abcd',
  'ap-northeast-3': 'abc',
  'ap-south-1': 'abc',
  'ap-south-2': 'abc',
  'ap-southeast-1': 'abc',
  'ap-southeast-2': 'abc',
  'ap-southeast-3': 'abc',
  'ap-southeast-4': 'abc',
  'ap-southeast-5': 'abc',
  'ap-southeast-6': 'abc',
  'ap-southeast-7': 'abc',
  'ca-central-1': 'abd',
  'ca-west-1': 'abc',
  'cn-north-1': 'ab',
  'cn-northwest-1': 'abc',
  'eu-central-1': 'abc',
  'eu-central-2': 'abc',
  'eu-north-1': 'abc',
  'eu-south-1': 'abc',
  'eu-south-2': 'abc',
  'eu-west-1': 'abc',
  'eu-west-2': 'abc',
  'eu-west-3': 'abc',
  'il-central-1': 'abc',
  'me-central-1': 'abc',
  'me-south-1': 'abc',
  'mx-central-1': 'abc',
  'sa-east-1': 'abc',
  'us-east-1': 'abcdef',
  'us-east-2': 'abc',
  'us-gov-east-1': 'abc',
  'us-gov-west-1': 'abc',
  'us-west-1': 'ab',
  'us-west-2': 'abcd',
};

export const regions: readonly string[] = Object.keys(ZONE_LETTERS);

/** The availability zones of a known region; none of any other. */
export const zonesOf = (region: string): readonly string[] =>
  regions.includes(region) ? Array.from(ZONE_LETTERS[region] ?? '', (letter) => region + letter) : [];
