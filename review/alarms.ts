import type { Stack } from './assembly';
import type { Names } from './names';
import { type Resource, resourcesOf, text } from './template';

/** What Slipway's alarms say of themselves in the assembly's metadata: `constructs/private/assembly-facts.ts`. */
const FACTS = 'cdk-slipway:alarm';

interface Facts {
  readonly summary: unknown;
  readonly threshold: unknown;
  readonly severity: string;
  readonly publisher: unknown;
  readonly runbook: unknown;
}

/** One alarm as people read it. */
export interface AlarmRow {
  readonly environment: string;
  /** Construct path below the environment. */
  readonly name: string;
  /** What is wrong when it goes off; empty when nothing says so. */
  readonly summary: string;
  /** Metric, threshold and for how long; with its unit where a spec gives it. */
  readonly goesOff: string;
  /** The same as the template has it, so that alarms with and without a spec can be compared. */
  readonly deployed: string;
  /** What a period without data counts as. */
  readonly missingData: string;
  /** How many it tells when it goes off. */
  readonly tells: string;
  /** Empty where unknown: only specs of Slipway have them. */
  readonly severity: string;
  readonly publisher: string;
  readonly runbook: string;
}

type Properties = Readonly<Record<string, unknown>>;

const SIGNS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: 'above',
  GreaterThanOrEqualToThreshold: 'at or above',
  LessThanThreshold: 'below',
  LessThanOrEqualToThreshold: 'at or below',
  LessThanLowerOrGreaterThanUpperThreshold: 'outside of the band',
  GreaterThanUpperThreshold: 'above the band',
  LessThanLowerThreshold: 'below the band',
};

/** Every alarm of a stack: metric alarms and composite ones. */
export function alarmsOf({ environment, templates, metadata }: Stack, names: Names): AlarmRow[] {
  const facts = new Map(metadata.filter(({ type }) => type === FACTS).map(({ name, data }) => [name, data as Facts]));
  return templates.flatMap((template) =>
    resourcesOf(template.template)
      .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm' || Type === 'AWS::CloudWatch::CompositeAlarm')
      .map(([id, resource]) => {
        const name = template.nameOf(id);
        const say = (value: unknown) => (value === undefined ? '' : names.readable(text(value), template));
        return { environment, name, ...described(resource, facts.get(name), say) };
      }),
  );
}

function described(
  { Type, Properties = {} }: Resource,
  facts: Facts | undefined,
  say: (value: unknown) => string,
): Omit<AlarmRow, 'environment' | 'name'> {
  const isComposite = Type === 'AWS::CloudWatch::CompositeAlarm';
  const actions = Properties['AlarmActions'];
  const goesOff = (threshold: string) =>
    isComposite ? say(Properties['AlarmRule']) : `${metricOf(Properties, say)} ${threshold}${duration(Properties)}`;
  const deployed = goesOff(thresholdOf(Properties, say));
  return {
    summary: say(facts?.summary ?? Properties['AlarmDescription'] ?? Properties['AlarmName']),
    goesOff: facts ? goesOff(say(facts.threshold)) : deployed,
    deployed,
    missingData: isComposite ? '' : say(Properties['TreatMissingData'] ?? 'missing'),
    tells: Array.isArray(actions) && Properties['ActionsEnabled'] !== false ? String(actions.length) : 'nobody',
    severity: facts?.severity ?? '',
    publisher: say(facts?.publisher),
    runbook: say(facts?.runbook),
  };
}

function thresholdOf(properties: Properties, say: (value: unknown) => string): string {
  const operator = say(properties['ComparisonOperator']);
  return `${SIGNS[operator] ?? operator} ${say(properties['Threshold'])}`.trim();
}

function metricOf(properties: Properties, say: (value: unknown) => string): string {
  const { Metrics, MetricName, Namespace, Statistic, ExtendedStatistic } = properties;
  if (MetricName !== undefined) return `${say(ExtendedStatistic ?? Statistic)} of ${say(Namespace)} ${say(MetricName)}`;
  if (!Array.isArray(Metrics)) return 'a query';
  const result = (Metrics as Properties[]).find(({ ReturnData }) => ReturnData !== false);
  return say(result?.['Label'] ?? result?.['Expression'] ?? 'an expression');
}

/** ` for 5 min`, ` for 3 of 5 periods of 60 s`, or ` for 3 of 3 periods` where the period stands in a query. */
function duration({ EvaluationPeriods, DatapointsToAlarm, Period }: Properties): string {
  if (typeof EvaluationPeriods !== 'number') return '';
  const datapoints = typeof DatapointsToAlarm === 'number' ? DatapointsToAlarm : EvaluationPeriods;
  if (typeof Period !== 'number') return ` for ${datapoints} of ${EvaluationPeriods} periods`;
  if (datapoints !== EvaluationPeriods) return ` for ${datapoints} of ${EvaluationPeriods} periods of ${Period} s`;
  const seconds = EvaluationPeriods * Period;
  return seconds % 60 === 0 ? ` for ${seconds / 60} min` : ` for ${seconds} s`;
}
