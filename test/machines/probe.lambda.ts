import { CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';

const cloudwatch = new CloudWatchClient({});
const loadedWith = process.env['GREETING'];
let kept = 0;

const put = (name: string) =>
  cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Probe', MetricData: [{ MetricName: name, Value: 1 }] }));

/** One handler for the tests of the runner: does what it is told. */
const ACTIONS: Readonly<Record<string, () => unknown>> = {
  read: async () => (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.length,
  putTwice: async () => {
    await put('first');
    await put('second');
    return 'both';
  },
  putBoth: () => Promise.all([put('first'), put('second')]).then(() => 'both'),
  putSafely: () =>
    put('first').then(
      () => 'done',
      (error: unknown) => (error as Error).name,
    ),
  forget: () => {
    void put('first');
    return 'answered';
  },
  time: () => [Date.now(), new Date().toISOString()],
  sleep: () => new Promise((resolve) => setTimeout(resolve, 1)),
  environment: () => [loadedWith, process.env['GREETING'], process.env['AWS_LAMBDA_FUNCTION_NAME']],
  remember: () => (kept += 1),
  fail: () => {
    throw new RangeError('out of range');
  },
};

export const handler = (event: { do: string }): unknown => ACTIONS[event.do]?.();
