import { type CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NagPack } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { environment } from '../../config';
import { release } from '../../config/release';
import { SlipwayStage } from '../../lib/slipway-stage';
import { slipwayApp } from '../app';

/** Every finding that is accepted in prod, by construct. Each is a decision: it belongs in a review when it changes. */
const ACCEPTED = [
  // The CDK's own: it renders a flow log's name as a tag.
  'network/Vpc/FlowLog: F3002',
  'network/Vpc/FlowLog: F3003',
  'network/Vpc: W3010',
  'serving/AWS679f53fac002430cb0da5b7982bd2287/ServiceRole: AwsSolutions-IAM4 AWSLambdaBasicExecutionRole',
  'serving/Endpoint/Role: AwsSolutions-IAM5 *',
  'serving/Endpoint/Role: AwsSolutions-IAM5 captured objects',
  'serving/Endpoint/Role: AwsSolutions-IAM5 log streams',
  'serving/Endpoint/Role: AwsSolutions-IAM5 network interfaces',
];

const app = slipwayApp();
const stage = new SlipwayStage(app, 'prod', { environment: environment('prod'), release: release('prod') });
stage.synth();

it('accepts these findings and no others', () => {
  const accepted = new Set(acknowledgements().map(({ path, id }) => `${path.replace('prod/', '')}: ${nameOf(id)}`));
  expect([...accepted].sort()).toEqual(ACCEPTED);
});

it('has no finding of cdk-nag beyond them', () => {
  expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
});

it('accepts nothing that no rule finds', () => {
  const found = new Set<string>();
  const isAcknowledged = jest
    .spyOn(
      NagPack.prototype as unknown as { isAcknowledged(resource: CfnResource, id: string): boolean },
      'isAcknowledged',
    )
    .mockImplementation((_, id) => found.add(id).size > 0);
  new AwsSolutionsChecks(app).validateScope(app);
  isAcknowledged.mockRestore();

  const unused = acknowledgements().filter(({ id }) => id.startsWith('AwsSolutions') && !found.has(id));
  expect(unused).toEqual([]);
});

function acknowledgements(): { path: string; id: string }[] {
  return app.node.findAll().flatMap((construct: IConstruct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.keys(data as Record<string, string>))
      .map((id) => ({ path: construct.node.path, id: id.replace(/^(Annotation|CloudFormation-Validate)::/, '') })),
  );
}

/** The finding in words: ids of wildcards hold whole ARNs. */
function nameOf(id: string): string {
  return id
    .replace(/\[Resource::\*\]/, ' *')
    .replace(/\[Resource::.*data-capture.*\]/, ' captured objects')
    .replace(/\[Resource::.*:log-group:.*\]/, ' log streams')
    .replace(/\[Resource::.*:network-interface\/.*\]/, ' network interfaces')
    .replace(/\[Policy::.*\/(\w+)\]/, ' $1');
}
