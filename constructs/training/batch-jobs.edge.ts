import { BatchClient, DescribeJobsCommand, type JobDetail, paginateListJobs } from '@aws-sdk/client-batch';
import { type BatchJob, viewOfBatch } from './batch-job-view.decision';
import { TRAINING } from './constants';
import type { BatchQueues } from './run.decision';
import type { JobView } from './job-view.decision';

const batch = new BatchClient({});

/**
 * What the jobs of a name are doing; undefined when Batch knows none. Names are not unique on Batch, and ids are unknown where the
 * answer to a request was lost, so jobs are looked up by name in each queue of the cluster.
 */
export async function describeBatchJobs(
  { spotQueue, onDemandQueue }: BatchQueues,
  name: string,
  now: number,
  execution?: string,
): Promise<JobView | undefined> {
  const onSpot = await idsOf(spotQueue, name);
  const found = [...onSpot, ...(await idsOf(onDemandQueue, name))];
  if (found.length === 0) return undefined;
  // At most 100 at once (API DescribeJobs).
  const { jobs = [] } = await batch.send(new DescribeJobsCommand({ jobs: found.slice(0, 100) }));
  return viewOfBatch(
    jobs.map((job) => jobOf(job, onSpot.includes(job.jobId ?? ''))),
    now,
    execution,
  );
}

async function idsOf(jobQueue: string | undefined, name: string): Promise<string[]> {
  if (jobQueue === undefined) return [];
  const ids: string[] = [];
  const filters = [{ name: 'JOB_NAME', values: [name] }];
  for await (const { jobSummaryList = [] } of paginateListJobs({ client: batch }, { jobQueue, filters }))
    ids.push(...jobSummaryList.map(({ jobId = '' }) => jobId));
  return ids;
}

/** Of several nodes, each has it. */
function executionOf({ container, nodeProperties }: JobDetail): string | undefined {
  const { environment } = container ?? nodeProperties?.nodeRangeProperties?.[0]?.container ?? {};
  return environment?.find(({ name }) => name === TRAINING.executionVariable)?.value;
}

function jobOf(job: JobDetail, spot: boolean): BatchJob {
  return {
    spot,
    jobId: job.jobId ?? '',
    execution: executionOf(job),
    status: job.status ?? '',
    statusReason: job.statusReason,
    createdAt: job.createdAt ?? 0,
    startedAt: job.startedAt,
    stoppedAt: job.stoppedAt,
    isCancelled: job.isCancelled ?? false,
    isTerminated: job.isTerminated ?? false,
    attempts: (job.attempts ?? []).map(({ startedAt, stoppedAt, statusReason, container }) => ({
      startedAt,
      stoppedAt,
      statusReason,
      exitCode: container?.exitCode,
      reason: container?.reason,
    })),
  };
}
