import type { Kind } from './compare';
import type { Comparison, StackRemark } from './comparison';
import type { Review } from './review';
import type { Risk } from './risks';

/** Something that CI may refuse a change for. */
export interface Condition {
  readonly word: string;
  readonly means: string;
  readonly comparesWithBase: boolean;
  readonly holds: (review: Review) => boolean;
}

function inChange(word: string, means: string, holds: (comparison: Comparison) => boolean): Condition {
  return {
    word,
    means,
    comparesWithBase: true,
    holds: ({ comparison }) => comparison !== undefined && holds(comparison),
  };
}

const atRisk =
  (...whats: Risk['what'][]) =>
  ({ risks }: Comparison) =>
    risks.some(({ one }) => whats.includes(one.what));
const counts = ({ counts }: Comparison, ...kinds: Kind[]) =>
  [...counts.values()].some((count) => kinds.some((kind) => count.has(kind)));
const stacks = ({ remarks }: Comparison, kind: StackRemark['kind']) => remarks.some(({ one }) => one.kind === kind);

/** What `--fail-on` knows. */
export const CONDITIONS: Condition[] = [
  inChange(
    'replace-stateful',
    'something that holds data is replaced, or may be',
    atRisk('replaced', 'may be replaced'),
  ),
  inChange(
    'destroy-stateful',
    'something that holds data leaves its stack, or its stack the app',
    atRisk('destroyed', 'let go', 'its stack is gone'),
  ),
  inChange('weaken-stateful', 'a policy or termination protection keeps less data', atRisk('protection weakened')),
  inChange('broadened', 'somebody may do more than before', ({ broadened }) => broadened.length > 0),
  inChange('replaced', 'any resource is replaced, or may be', (comparison) =>
    counts(comparison, 'replaced', 'may be replaced'),
  ),
  inChange(
    'destroyed',
    'any resource leaves its stack, or a stack the app',
    (comparison) => counts(comparison, 'destroyed', 'let go') || stacks(comparison, 'gone'),
  ),
  inChange('acknowledged', 'a finding is newly accepted', ({ newAcknowledgements }) => newAcknowledgements.length > 0),
  {
    word: 'findings',
    means: 'a finding is open, or there is no validation report',
    comparesWithBase: false,
    holds: ({ findings, validated }) => findings.length > 0 || !validated,
  },
];

/** The conditions that hold. */
export function hit(review: Review, conditions: Condition[]): Condition[] {
  return conditions.filter(({ holds }) => holds(review));
}
