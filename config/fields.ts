import * as z from 'zod';
import { leaf } from './check';
import { regions } from './regions';

/** Retention periods that CloudWatch Logs accepts (API PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Frequencies that SageMaker accepts (API MetricsConfig). */
const METRIC_FREQUENCIES_SECONDS = [10, 30, 60, 120, 180, 240, 300] as const;

/** CloudWatch looks back one day at most where the period is under an hour (API PutMetricAlarm). */
const MINUTES_A_DAY = 1440;

/** Parts that neither lead upwards nor are empty: a path below the repository root, and a key prefix without a doubled slash. */
const RELATIVE_PATH = /^[a-z0-9][\w.=-]*(\/[a-z0-9][\w.=-]*)*$/i;
const RELATIVE = 'parts divided by single /, each of letters, digits and _ . = -, beginning with a letter or digit';

const text = (pattern: RegExp, allowed: string) => leaf(z.string().regex(pattern), allowed);

export const flag = leaf(z.boolean(), 'true or false');
export const positive = (why?: string) => leaf(z.number().positive(), `numbers above 0${why ? `: ${why}` : ''}`);
export const count = leaf(z.int().min(1), 'whole numbers from 1 up');
/** Most that an S3 lifecycle rule takes is 2147483647. */
export const days = leaf(z.int().min(1).max(2_147_483_647), 'whole days from 1 up');
export const percent = leaf(z.int().min(0).max(100), '0 to 100, whole');

export const environmentName = text(
  /^(?=.{2,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'names of 2 to 20 lower-case letters, digits and single hyphens that begin with a letter',
);
export const account = text(/^\d{12}$/, '12 digits in quotes, or leaving it out');
export const region = leaf(z.enum(regions), 'the regions in config/zones.generated.ts');
export const zone = text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'a region and one lower-case letter, like "us-east-1a"');
/** The limits of tag values: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export const tagValue = text(
  /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/iu,
  '1 to 256 letters, digits, spaces and _ . : / = + - @, not beginning with aws:',
);
export const email = leaf(z.email(), 'e-mail addresses');

/** Limits: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html, which also warns of 172.17.0.0/16. */
export const cidr = leaf(
  z.cidrv4().refine((block) => {
    const [address = '', length] = block.split('/');
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
    const bits = Number(length);
    const hostPart = (b * 2 ** 16 + c * 2 ** 8 + d) % 2 ** (32 - bits);
    return bits >= 16 && bits <= 24 && hostPart === 0 && !(a === 172 && b === 17);
  }),
  'IPv4 blocks of /16 to /24 that begin at their first address, outside 172.17.0.0/16, which AWS services use themselves',
);
export const logRetentionDays = leaf(
  z.literal(LOG_RETENTION_DAYS),
  `${LOG_RETENTION_DAYS.join(', ')}: CloudWatch Logs keeps no other periods`,
);
export const removalPolicy = leaf(z.enum(['retain', 'destroy']), '"retain", "destroy"');

export const sagemakerName = text(
  /^(?=.{1,63}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*$/,
  '1 to 63 letters, digits and hyphens that begin and end with a letter or digit',
);
export const instanceType = text(/^ml\.[a-z0-9-]+\.[a-z0-9-]+$/, 'SageMaker types like "ml.m5.xlarge"');
export const trainingEngine = leaf(z.enum(['sagemaker', 'batch']), '"sagemaker", "batch"');
export const trainingType = text(
  /^(ml\.)?(?!ml\.)[a-z0-9-]+\.[a-z0-9-]+$/,
  'types like "ml.g5.xlarge" of SageMaker, or "g5.xlarge" of EC2',
);
export const folder = text(RELATIVE_PATH, `relative paths: ${RELATIVE}`);
export const archive = leaf(
  z
    .string()
    .regex(RELATIVE_PATH)
    .regex(/(^|\/)model\.tar\.gz$/),
  `relative paths to a model.tar.gz: ${RELATIVE}`,
);
export const keyPrefix = leaf(z.string().regex(RELATIVE_PATH).max(200), `up to 200 characters: ${RELATIVE}`);
export const metricFrequencySeconds = leaf(
  z.literal(METRIC_FREQUENCIES_SECONDS),
  `${METRIC_FREQUENCIES_SECONDS.join(', ')}: SageMaker publishes at no other frequency`,
);

export const rollbackMinutes = leaf(
  z.int().min(1).max(8),
  '1 to 8, whole: this alarm rolls updates back, and must go off while the old fleet still stands by',
);
export const fiveMinutes = leaf(
  z.int().min(5).max(MINUTES_A_DAY).multipleOf(5),
  `multiples of 5 from 5 to ${MINUTES_A_DAY}: the metric comes every 5 minutes, CloudWatch looks back one day at most`,
);
export const share = leaf(z.number().gt(0).max(1), 'numbers above 0, up to 1');
export const errorPercent = leaf(
  z.number().min(0).lt(100),
  'numbers from 0 to below 100: there are never more errors than requests',
);
export const trafficPercent = leaf(z.int().min(1).max(100), '1 to 100, whole');
export const sha256 = text(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits');

export const weekday = leaf(z.enum(['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN']), 'MON to SUN');
export const hourOfDay = leaf(z.int().min(0).max(23), '0 to 23, whole');
export const trainingHours = leaf(z.int().min(1).max(672), '1 to 672, whole: SageMaker keeps a job for 28 days');
export const savingsPercent = leaf(z.number().gt(0).lt(100), 'numbers above 0, below 100');
export const dayMinutes = leaf(
  z.int().min(1).max(MINUTES_A_DAY),
  `1 to ${MINUTES_A_DAY}, whole: CloudWatch looks back one day at most`,
);
