import type * as z from 'zod';
import { distinct, fields, list } from './check';
import * as field from './fields';

const network = fields({
  /** Addresses of the VPC: an IPv4 block of /16 to /24. */
  cidr: field.cidr,
  /** How long flow logs are kept: a period that CloudWatch Logs knows. */
  flowLogRetentionDays: field.logRetentionDays,
});

const data = fields({
  /** How long captured requests and answers are kept. */
  captureRetentionDays: field.days,
  /** How long an overwritten or deleted object can still be brought back. */
  noncurrentVersionRetentionDays: field.days,
  /** How long checkpoints are kept after they were written. */
  checkpointRetentionDays: field.days,
  /** First key to delete data: what a destroyed stack does with buckets, key and logs. */
  removalPolicy: field.removalPolicy,
  /** Second key to delete data: true only together with `destroy`. */
  deletionConfirmed: field.flag,
});

const emails = list(field.email, 'e-mail addresses, each once', distinct);

const notifications = fields({
  /** Who is told what must be acted on at once. Each address confirms its subscription once; empty: nobody is told. */
  criticalEmails: emails,
  /** Who is told what can wait until tomorrow. */
  warningEmails: emails,
});

const scaling = fields({
  /** Never fewer instances than this, at least 1. */
  minInstances: field.count,
  /** Never more instances than this: the ceiling of the bill. */
  maxInstances: field.count,
  /** Requests in flight that one instance is meant to carry; more start another one. */
  concurrentRequestsPerInstance: field.positive(),
});

const variant = fields({
  /** Name that metrics and alarms carry. Changing it resets count and weight. */
  name: field.sagemakerName,
  /** Instances at creation; scaling moves the count afterwards. Staged rollouts act on whole instances: 10 % of two is one. */
  instanceCount: field.count,
  /** Share of the traffic, relative to the weights of the other variants. */
  weight: field.positive("it is the endpoint's only variant, without weight no request reaches it"),
  /** Left out: the number of instances stays as it is. Not for burstable types. */
  scaling: scaling.optional(),
});

const model = fields({
  /** Folder of the image that serves the model, from the repository root. */
  image: field.folder,
  /** The model itself, a model.tar.gz, from the repository root. */
  archive: field.archive,
});

const capture = fields({
  /** Requests and answers that are kept, in percent of all. */
  percent: field.percent,
  /** Where they are kept in the capture bucket. */
  prefix: field.keyPrefix,
});

const endpoint = fields({
  /** Name that callers use. Changing it replaces the endpoint. */
  name: field.sagemakerName,
  /** SageMaker instance type. Changing it while scaling is set fails: take scaling out first, in a deploy of its own. */
  instanceType: field.instanceType,
  variant,
  model,
  capture,
  /** How often instances publish their metrics: 10, 30, 60, 120, 180, 240 or 300. Points of under a minute are kept for three hours. */
  metricPublishFrequencySeconds: field.metricFrequencySeconds,
});

const alarms = fields({
  /** Model latency that 95 of 100 requests must stay below or at, without SageMaker's own overhead. */
  latencyP95Millis: field.count,
  /** For how long it is above before the alarm goes off. */
  latencyMinutes: field.rollbackMinutes,
  /** Drift score above which inputs no longer look like the training data. */
  driftScore: field.positive(),
  /** For how long it is above; a multiple of 5. */
  driftMinutes: field.fiveMinutes,
  /** Share of right predictions that is still good enough, above 0, up to 1. */
  accuracy: field.share,
  /** For how long it is below; a multiple of 5. */
  accuracyMinutes: field.fiveMinutes,
  /** Requests that may fail by the server's fault, in percent of all. */
  serverErrorPercent: field.errorPercent,
  /** For how long more of them fail. */
  serverErrorMinutes: field.rollbackMinutes,
});

const offPeak = fields({
  /** Day on which runs start: MON to SUN. */
  day: field.weekday,
  /** Hour at which they start, 0 to 23, UTC. With `deadlineHours` it is the window. */
  hourUtc: field.hourOfDay,
});

const training = fields({
  /** Folder of the image that trains, from the repository root. */
  image: field.folder,
  /** What runs the jobs: `sagemaker`, or `batch`, which is EC2 by AWS Batch: cheaper, and on the local cloud not there. */
  engine: field.trainingEngine,
  /** GPU types: for `sagemaker` one of its own, `ml.g5.xlarge`; for `batch` one or several of EC2, with one number of GPUs. */
  instanceTypes: list(
    field.trainingType,
    'one or more instance types, each once',
    (types) => types.length > 0 && distinct(types),
  ),
  /** Nodes that train together. With `batch` 1. */
  nodes: field.count,
  /** From the start of a run until its model must be there. Until then runs stay on Spot as long as that is safe. */
  deadlineHours: field.trainingHours,
  /** How long the work may take on instances, without interruptions. */
  maxRuntimeHours: field.trainingHours,
  /** What one run may cost, USD. */
  maxCostUsd: field.positive(),
  /** What an hour of one instance costs on demand, of several types the dearest, USD: AWS's price list for your region. */
  onDemandUsdPerHour: field.positive(),
  /** Saving by Spot below which a warning is raised, percent of the on-demand price. */
  savingsPercent: field.savingsPercent,
  /** For how long the saving is below, minutes. */
  savingsMinutes: field.dayMinutes,
  /** Left out: runs start when somebody starts them. */
  offPeak: offPeak.optional(),
});

const rollout = fields({
  /** Steps in which a new version takes over the traffic, in percent. Recorded only: no construct reads it in this version. */
  trafficPercent: list(
    field.trafficPercent,
    'percentages that ascend strictly and end at 100',
    (steps) => steps.at(-1) === 100 && steps.every((step, at) => at === 0 || step > (steps[at - 1] ?? 0)),
  ),
});

/** Each field with its own limits; what fields must be to each other is in environment-rules.ts. */
export const schema = fields({
  /** The name of this file; also the tag Environment. */
  name: field.environmentName,
  /** 12 digits. Left out: the templates fit any account. */
  account: field.account.optional(),
  /** One of the regions in config/zones.generated.ts. */
  region: field.region,
  /** Two or three zones of the region. Taking one out later replaces its subnets. */
  availabilityZones: list(
    field.zone,
    '2 or 3 different zones of the region',
    (zones) => [2, 3].includes(zones.length) && distinct(zones),
  ),
  /** Who owns it; the tag Team. */
  team: field.tagValue,
  network,
  data,
  notifications,
  endpoint,
  alarms,
  rollout,
  /** Left out: the environment trains nothing. */
  training: training.optional(),
});

/** What differs between environments: checked, immutable, plain data. Units are in the names. */
export type Environment = z.infer<typeof schema>;
