import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AlarmDashboard,
  type AlarmDashboardProps,
  type AlarmSpec,
  Publisher,
  Severity,
  Threshold,
} from '../../../constructs/observability';
import { findings, testStack, text, theOne } from '../../helpers';

const metric = (metricName: string) => new cloudwatch.Metric({ namespace: 'Test', metricName, statistic: 'p95' });
const spec = (name: string): AlarmSpec => ({
  alarmId: name,
  summary: `${name} is high`,
  metric: metric(name),
  publisher: Publisher.aws('Test'),
  threshold: Threshold.microsecondsAbove(Duration.millis(50)),
  breachDuration: Duration.minutes(5),
  severity: Severity.CRITICAL,
  missingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  runbook: 'docs/runbook.md',
});
const build = (props: Partial<AlarmDashboardProps> = {}) => {
  const stack = testStack();
  new AlarmDashboard(stack, 'Dashboard', { specs: [spec('Latency')], ...props });
  return stack;
};
const synth = (props?: Partial<AlarmDashboardProps>) => Template.fromStack(build(props));

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly x: number;
  readonly y: number;
  readonly properties: Record<string, unknown>;
}
const widgets = (props?: Partial<AlarmDashboardProps>) => {
  const { DashboardBody } = theOne(synth(props), 'AWS::CloudWatch::Dashboard')['Properties'] as Record<string, unknown>;
  return (JSON.parse(text(DashboardBody)) as { widgets: Widget[] }).widgets;
};
const titles = (props?: Partial<AlarmDashboardProps>) =>
  widgets(props).map(({ x, y, properties }) => [x, y, properties['title']]);

describe('AlarmDashboard', () => {
  it('defines one dashboard without a name', () => {
    expect(Object.keys(theOne(synth(), 'AWS::CloudWatch::Dashboard')['Properties'] as object)).toEqual([
      'DashboardBody',
    ]);
  });

  it("shows each spec's metric with the line it may not cross", () => {
    expect(widgets()).toEqual([
      expect.objectContaining({
        type: 'metric',
        width: 12,
        properties: expect.objectContaining({
          title: 'Latency is high?',
          metrics: [['Test', 'Latency', { stat: 'p95' }]],
          annotations: {
            horizontal: [
              {
                value: 50000,
                label: 'above 50 ms (50000 microseconds)',
                color: cloudwatch.Color.RED,
                yAxis: 'left',
              },
            ],
          },
        }) as unknown,
      }),
    ]);
  });
});

describe('AlarmDashboard, by property', () => {
  it('specs: two in a row, in this order', () => {
    expect(titles({ specs: ['A', 'B', 'C'].map(spec) })).toEqual([
      [0, 0, 'A is high?'],
      [12, 0, 'B is high?'],
      [0, 6, 'C is high?'],
    ]);
  });

  it('metrics: one graph each, after the specs', () => {
    const shown = widgets({ metrics: [metric('Cpu')] });
    expect(shown.map(({ properties }) => (properties['metrics'] as string[][])[0]?.[1])).toEqual(['Latency', 'Cpu']);
    expect(shown[1]?.properties).not.toHaveProperty('annotations');
  });
});

describe('AlarmDashboard, among others', () => {
  it('has no unacknowledged finding', () => {
    expect(findings(build())).toEqual({ unacknowledged: [], unused: [] });
  });

  it('does not collide with another in one stack', () => {
    const stack = build();
    new AlarmDashboard(stack, 'Other', { specs: [spec('Latency')] });
    Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Dashboard', 2);
  });

  it('gives the same template twice', () => {
    expect(synth().toJSON()).toEqual(synth().toJSON());
  });
});
