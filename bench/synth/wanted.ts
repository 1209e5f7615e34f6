/** One endpoint to define: what every contender is asked for. */
export interface Wanted {
  readonly endpointName: string;
  readonly instanceType: string;
  readonly instances: number;
  /** Twice as many at most. */
  readonly maxInstances: number;
  readonly capturePercent: number;
  /** SHA-256 of the archive, lower-case hex: its key in the bucket is `<sha256>/model.tar.gz`. */
  readonly archiveSha256: string;
}

/** What all endpoints of an app are made from, and what stands already. */
export const GIVEN = {
  env: { account: '111122223333', region: 'eu-west-1' },
  repository: 'scorers',
  tag: '1.4.2',
  artifacts: 'slipway-artifacts',
  captured: 'slipway-captured',
  variantName: 'primary',
  concurrentRequestsPerInstance: 4,
} as const;

/** As many endpoints as asked for, the same ones for the same seed. */
export function wanted(count: number, seed: number): Wanted[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, i) => {
    const instances = 1 + Math.floor(random() * 4);
    return {
      endpointName: `${WORDS[Math.floor(random() * WORDS.length)] ?? ''}-${i}`,
      instanceType: TYPES[Math.floor(random() * TYPES.length)] ?? '',
      instances,
      maxInstances: 2 * instances,
      capturePercent: Math.floor(random() * 101),
      archiveSha256: Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join(''),
    };
  });
}

const WORDS = ['churn', 'tumours', 'demand-forecast', 'fraud', 'ranking', 'embeddings'];
const TYPES = ['ml.m5.xlarge', 'ml.m5.large', 'ml.c5.2xlarge', 'ml.r5.large'];

/** Numbers from 0 up to 1 (mulberry32), the same ones for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
