import fc from 'fast-check';
import type { Broken, Mutation } from '../../harness';
import type { Wrong } from '../../wrong';
import type { ClusterPlan, JobPlan } from '../plan';

export const CLUSTER = '<scope>/Cluster';
export const JOB = `${CLUSTER}: job "Job0"`;

/** A job that every rule lets pass. */
export const PLAIN: JobPlan = { image: { tagOrDigest: 'v1' } };

export const drawn = <T>({ each, any }: Wrong<T>): fc.Arbitrary<T> => fc.oneof(fc.constantFrom(...each), any);

/** What is wrong, and what the message must say of it. */
export interface Change {
  readonly change: Partial<ClusterPlan>;
  readonly given: string;
  readonly allowed: string;
  /** Who refuses it, where that is not the cluster. */
  readonly where?: string;
}

/** Breaks the cluster, or one of the values that it is given. */
export function cluster<T>(
  when: string,
  values: fc.Arbitrary<T>,
  broken: (value: T, plan: ClusterPlan) => Change,
): Mutation<ClusterPlan> {
  const breaks = (plan: ClusterPlan) =>
    values.map((value): Broken<ClusterPlan> => {
      const { change, where = CLUSTER, given, allowed } = broken(value, plan);
      return { input: { ...plan, ...change }, where, given, allowed };
    });
  return { when, breaks };
}

interface BrokenJob {
  readonly change: Partial<JobPlan>;
  readonly given: string;
  readonly allowed: string;
  readonly where?: string;
  /** Changes to the cluster, where the job is only wrong beside them. */
  readonly beside?: Partial<ClusterPlan>;
}

/** Breaks the first job. */
export function job<T>(when: string, values: fc.Arbitrary<T>, broken: (value: T) => BrokenJob): Mutation<ClusterPlan> {
  return cluster(when, values, (value, plan) => {
    const [first = PLAIN, ...others] = plan.jobs;
    const { change, beside, where = JOB, ...texts } = broken(value);
    return { change: { ...beside, jobs: [{ ...first, ...change }, ...others] }, where, ...texts };
  });
}
