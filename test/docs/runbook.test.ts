import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { environment, environmentNames } from '../../config';
import { release } from '../../config/release';
import { SlipwayStage } from '../../lib/slipway-stage';
import { slipwayApp } from '../app';
import { Document } from './documents';

interface Alarm {
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: { readonly Name: string }[];
}

const runbook = new Document('docs/runbook.md');
const sections = runbook.sections(2);
const alarms = environmentNames.flatMap(alarmsOf);

it('has a section for every alarm of every environment, and no other', () => {
  expect(sections.map(({ anchor }) => anchor).sort()).toEqual([...new Set(alarms.map(sectionOf))].sort());
});

it('is where every alarm says it is', () => {
  const elsewhere = alarms.map(({ AlarmDescription }) => AlarmDescription);
  expect(elsewhere.filter((description) => !/Runbook: docs\/runbook\.md#[a-z-]+$/.test(description))).toEqual([]);
});

it.each(sections.map(({ anchor, text }) => [anchor, text] as const))('%s has the four parts', (_, text) => {
  expect([...text.matchAll(/^### (.+)$/gm)].map(([, title]) => title)).toEqual([
    'What it means, and who is hurt',
    'How to look',
    'What to do',
    'How it was tried',
  ]);
});

it.each(sections.map(({ anchor, text }) => [anchor, text] as const))(
  '%s looks at the metric of its alarm, with its dimensions',
  (anchor, text) => {
    const alarm = alarms.find((candidate) => sectionOf(candidate) === anchor);
    const names = alarm?.Dimensions.map(({ Name }) => `Name=${Name},Value=\\$\\w+`).join(' ') ?? '';
    const metric = `--namespace ${alarm?.Namespace ?? ''} --metric-name ${alarm?.MetricName ?? ''}`;
    expect(text).toMatch(new RegExp(`${metric} \\\\\\n  --dimensions ${names} `));
  },
);

function alarmsOf(name: string): Alarm[] {
  const stage = new SlipwayStage(slipwayApp(), name, { environment: environment(name), release: release(name) });
  return (stage.node.children as Stack[]).flatMap((stack) =>
    Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties as Alarm,
    ),
  );
}

function sectionOf({ AlarmDescription }: Alarm): string {
  return AlarmDescription.split('#').at(-1) ?? '';
}
