import fc from 'fast-check';
import { above, below, not, these, type Wrong } from '../arbitrary/wrong';

const count = not([0, 1.5], below(1));
const days = not([0, 1.5, 2_147_483_648], below(1), above(2_147_483_647));
const ROLLBACK = '1 to 8, whole: this alarm rolls updates back, and must go off while the old fleet still stands by';
const minutes = not([0, 1.5, 9], below(1), above(8));
const fiveMinutes = not([0, 1, 4, 6, 7.5, 1439, 1441, 1445], below(5), above(1440));
const types = these('', 'm5.xlarge', 'ml.m5', 'ml.M5.xlarge', 'ml..xlarge', 'ml.m5.xlarge.', 'ml.m5.xlarge\n');
const hours = not([0, 1.5, 673], below(1), above(672));
const notPositive = not([0, -Number.MIN_VALUE], fc.double({ max: 0 }));
const names = these('', '-a', 'a-', 'a_b', 'a b', 'a.b', 'é', 'x'.repeat(64), 'a\n');
const relative = ['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a/.', 'C:\\a', 'a\\b', 'a b', 'é'];
const emails = these('', 'a', 'a@', '@example.com', 'a@example', 'a b@example.com', 'a@example.com, b@example.com');

const FOLDER =
  'allowed are relative paths: parts divided by single /, each of letters, digits and _ . = -, beginning with a letter or digit';

/** Field, what it must not be, what the message says is allowed. */
export const LIMITS: [path: string, wrong: Wrong, allowed: string][] = [
  [
    'name',
    these('', 'p', 'Prod', '1st', 'a--b', 'ab-', 'a_b', 'x'.repeat(21), 'ab\n'),
    'allowed are names of 2 to 20 lower-case letters, digits and single hyphens that begin with a letter',
  ],
  [
    'account',
    these('', '12345678901', '1234567890123', '12345678901a', ' 123456789012'),
    'allowed are 12 digits in quotes, or leaving it out',
  ],
  [
    'region',
    these('', 'us-east', 'us-east-9', 'US-EAST-1', 'toString', 'us-east-1a'),
    'allowed are the regions in config/zones.generated.ts',
  ],
  [
    'availabilityZones',
    these(
      [],
      ['us-east-1a'],
      ['us-east-1a', 'us-east-1a'],
      ['a', 'b', 'c', 'd'].map((letter) => `us-east-1${letter}`),
    ),
    'allowed are 2 or 3 different zones of the region',
  ],
  [
    'availabilityZones[0]',
    these('', 'a', 'us-east-1', 'us-east-1A', 'us-east-1ab', 'use1-az1'),
    'allowed are a region and one lower-case letter, like "us-east-1a"',
  ],
  [
    'team',
    these('', 'a\nb', 'a;b', 'a"b', 'aws:team', 'AWS:team', 'x'.repeat(257)),
    'allowed are 1 to 256 letters, digits, spaces and _ . : / = + - @, not beginning with aws:',
  ],
  [
    'network.cidr',
    these(
      '',
      '10.0.0.0',
      '10.0.0.0/15',
      '10.0.0.0/8',
      '10.0.0.0/25',
      '10.0.0.1/16',
      '10.0.128.0/16',
      '10.0.0.1/24',
      '256.0.0.0/16',
      '10.0.0/16',
      '::/16',
      '172.17.0.0/16',
      '172.17.3.0/24',
    ),
    'allowed are IPv4 blocks of /16 to /24 that begin at their first address, outside 172.17.0.0/16, which AWS services use themselves',
  ],
  [
    'network.flowLogRetentionDays',
    these(0, -1, 2, 31, 7.5, 366, 9999),
    'allowed are 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653: CloudWatch Logs keeps no other periods',
  ],
  ['data.captureRetentionDays', days, 'allowed are whole days from 1 up'],
  ['data.noncurrentVersionRetentionDays', days, 'allowed are whole days from 1 up'],
  ['data.removalPolicy', these('', 'snapshot', 'RETAIN', 'Destroy'), 'allowed are "retain", "destroy"'],
  ['data.deletionConfirmed', these<unknown>('true', 1, 0, ''), 'allowed are true or false'],
  [
    'notifications.criticalEmails',
    these(['a@example.com', 'b@example.com', 'a@example.com']),
    'allowed are e-mail addresses, each once',
  ],
  ['notifications.criticalEmails[0]', emails, 'allowed are e-mail addresses'],
  ['notifications.warningEmails', these(['a@example.com', 'a@example.com']), 'allowed are e-mail addresses, each once'],
  ['notifications.warningEmails[0]', emails, 'allowed are e-mail addresses'],
  ['endpoint.name', names, 'allowed are 1 to 63 letters, digits and hyphens that begin and end with a letter or digit'],
  ['endpoint.instanceType', types, 'allowed are SageMaker types like "ml.m5.xlarge"'],
  [
    'endpoint.variant.name',
    names,
    'allowed are 1 to 63 letters, digits and hyphens that begin and end with a letter or digit',
  ],
  ['endpoint.variant.instanceCount', count, 'allowed are whole numbers from 1 up'],
  [
    'endpoint.variant.weight',
    notPositive,
    "allowed are numbers above 0: it is the endpoint's only variant, without weight no request reaches it",
  ],
  ['endpoint.variant.scaling.minInstances', count, 'allowed are whole numbers from 1 up'],
  ['endpoint.variant.scaling.maxInstances', count, 'allowed are whole numbers from 1 up'],
  ['endpoint.variant.scaling.concurrentRequestsPerInstance', notPositive, 'allowed are numbers above 0'],
  ['endpoint.model.image', these(...relative), FOLDER],
  [
    'endpoint.model.archive',
    these(
      ...relative,
      '/model.tar.gz',
      '../model.tar.gz',
      'a/model.tar',
      'a/xmodel.tar.gz',
      'model.tar.gz/a',
      'a/modelxtar.gz',
    ),
    'allowed are relative paths to a model.tar.gz: parts divided by single /, each of letters, digits and _ . = -, beginning with a letter or digit',
  ],
  ['endpoint.capture.percent', not([-1, 0.5, 101], below(0), above(100)), 'allowed are 0 to 100, whole'],
  [
    'endpoint.capture.prefix',
    these(...relative, 'x'.repeat(201)),
    'allowed are up to 200 characters: parts divided by single /, each of letters, digits and _ . = -, beginning with a letter or digit',
  ],
  [
    'endpoint.metricPublishFrequencySeconds',
    these(0, 1, 20, 90, 301, -10, 10.5),
    'allowed are 10, 30, 60, 120, 180, 240, 300: SageMaker publishes at no other frequency',
  ],
  ['alarms.latencyP95Millis', count, 'allowed are whole numbers from 1 up'],
  ['alarms.latencyMinutes', minutes, `allowed are ${ROLLBACK}`],
  ['alarms.driftScore', notPositive, 'allowed are numbers above 0'],
  [
    'alarms.driftMinutes',
    fiveMinutes,
    'allowed are multiples of 5 from 5 to 1440: the metric comes every 5 minutes, CloudWatch looks back one day at most',
  ],
  [
    'alarms.accuracy',
    not([0, 1.01], notPositive.any, fc.double({ min: 1, minExcluded: true })),
    'allowed are numbers above 0, up to 1',
  ],
  [
    'alarms.accuracyMinutes',
    fiveMinutes,
    'allowed are multiples of 5 from 5 to 1440: the metric comes every 5 minutes, CloudWatch looks back one day at most',
  ],
  [
    'alarms.serverErrorPercent',
    not([-0.1, 100], fc.double({ max: -Number.MIN_VALUE }), fc.double({ min: 100 })),
    'allowed are numbers from 0 to below 100: there are never more errors than requests',
  ],
  ['alarms.serverErrorMinutes', minutes, `allowed are ${ROLLBACK}`],
  [
    'rollout.trafficPercent',
    these([], [10], [100, 100], [10, 10, 100], [50, 25, 100], [10, 100, 50]),
    'allowed are percentages that ascend strictly and end at 100',
  ],
  ['data.checkpointRetentionDays', days, 'allowed are whole days from 1 up'],
  ['training.image', these(...relative), FOLDER],
  ['training.engine', these('', 'SageMaker', 'ec2', 'ecs'), 'allowed are "sagemaker", "batch"'],
  [
    'training.instanceTypes',
    these([], ['g5.xlarge', 'g5.xlarge'], ['g5.xlarge', 'g6.xlarge', 'g5.xlarge']),
    'allowed are one or more instance types, each once',
  ],
  [
    'training.instanceTypes[0]',
    these('', 'g5', 'ml.g5', 'G5.xlarge', 'ml..xlarge', 'g5.xlarge.', 'ml.ml.g5.xlarge', 'g5.xlarge\n'),
    'allowed are types like "ml.g5.xlarge" of SageMaker, or "g5.xlarge" of EC2',
  ],
  ['training.nodes', count, 'allowed are whole numbers from 1 up'],
  ['training.deadlineHours', hours, 'allowed are 1 to 672, whole: SageMaker keeps a job for 28 days'],
  ['training.maxRuntimeHours', hours, 'allowed are 1 to 672, whole: SageMaker keeps a job for 28 days'],
  ['training.maxCostUsd', notPositive, 'allowed are numbers above 0'],
  ['training.onDemandUsdPerHour', notPositive, 'allowed are numbers above 0'],
  [
    'training.savingsPercent',
    not([0, 100], notPositive.any, fc.double({ min: 100 })),
    'allowed are numbers above 0, below 100',
  ],
  [
    'training.savingsMinutes',
    not([0, 1.5, 1441], below(1), above(1440)),
    'allowed are 1 to 1440, whole: CloudWatch looks back one day at most',
  ],
  ['training.offPeak.day', these('', 'Saturday', 'sat', '1', '*'), 'allowed are MON to SUN'],
  ['training.offPeak.hourUtc', not([-1, 0.5, 24], below(0), above(23)), 'allowed are 0 to 23, whole'],
  ['rollout.trafficPercent[0]', not([0, 12.5, 101], below(1), above(100)), 'allowed are 1 to 100, whole'],
];

/** Values that are just allowed, all tried. */
export const JUST_ALLOWED: [path: string, ...values: unknown[]][] = [
  ['availabilityZones', ['us-east-1a', 'us-east-1b'], ['us-east-1f', 'us-east-1c', 'us-east-1a']],
  ['account', undefined, '000000000000'],
  ['team', 'x', 'x'.repeat(256), 'Équipe 1 _.:/=+-@'],
  ['network.cidr', '10.0.0.0/16', '10.0.255.0/24', '192.168.16.0/20', '172.16.0.0/16', '172.18.0.0/24'],
  ['data.captureRetentionDays', 1, 2_147_483_647],
  ['data.noncurrentVersionRetentionDays', 1, 2_147_483_647],
  ['notifications.criticalEmails', [], ['ml-platform+alarms@example.co.uk', 'b@example.com']],
  ['endpoint.name', 'a', '1', 'a--b', 'A'.repeat(63)],
  ['endpoint.instanceType', 'ml.g6e.48xlarge', 'ml.p6-b200.48xlarge', 'ml.trn1n.32xlarge'],
  ['endpoint.variant.weight', Number.MIN_VALUE, 1_000_000],
  ['endpoint.model.image', 'a', 'a/b-c/d_e.f=1'],
  ['endpoint.model.archive', 'model.tar.gz', 'a/1.0/model.tar.gz'],
  ['endpoint.capture.percent', 0, 100],
  ['endpoint.capture.prefix', 'x'.repeat(200), 'year=2026/a'],
  ['endpoint.metricPublishFrequencySeconds', 10, 30, 60, 120, 180, 240, 300],
  ['alarms.latencyMinutes', 1, 8],
  ['alarms.driftMinutes', 5, 1440],
  ['alarms.accuracy', Number.MIN_VALUE, 1],
  ['alarms.accuracyMinutes', 5, 1440],
  ['alarms.serverErrorPercent', 0, 99.9],
  ['alarms.serverErrorMinutes', 1, 8],
  ['rollout.trafficPercent', [100], [1, 2, 100]],
  ['training.savingsPercent', Number.MIN_VALUE, 99.9],
  ['training.savingsMinutes', 1, 1440],
  ['training.offPeak.day', 'MON', 'SUN'],
  ['training.offPeak.hourUtc', 0, 23],
];
