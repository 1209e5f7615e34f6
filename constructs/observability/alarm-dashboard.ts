import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AlarmSpec } from './alarm-spec';

export interface AlarmDashboardProps {
  /** One graph a spec, in this order, two in a row. */
  readonly specs: AlarmSpec[];

  /**
   * Other metrics to show below, one graph each.
   *
   * @default - none
   */
  readonly metrics?: cloudwatch.IMetric[];
}

/**
 * What alarms watch, as pictures: each spec's metric with the line it may not cross.
 *
 * Defines one CloudWatch dashboard (three a month are free, then $3 each, us-east-1).
 *
 * @example
 * declare const spec: observability.AlarmSpec;
 * new observability.AlarmDashboard(this, 'Dashboard', { specs: [spec] });
 */
export class AlarmDashboard extends Construct {
  /** The dashboard. */
  public readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: AlarmDashboardProps) {
    super(scope, id);
    const graphs = [...props.specs.map(specGraph), ...(props.metrics ?? []).map(metricGraph)];

    this.dashboard = new cloudwatch.Dashboard(this, 'Resource');
    for (let i = 0; i < graphs.length; i += 2) this.dashboard.addWidgets(...graphs.slice(i, i + 2));
  }
}

function specGraph(spec: AlarmSpec): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({
    title: `${spec.summary}?`,
    left: [spec.metric],
    leftAnnotations: [{ value: spec.threshold.value, label: spec.threshold.description, color: cloudwatch.Color.RED }],
    width: 12,
  });
}

function metricGraph(metric: cloudwatch.IMetric): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ left: [metric], width: 12 });
}
