import { type App, type CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NagPack } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { environment, environmentNames } from '../../config';
import { release } from '../../config/release';
import { SlipwayStage } from '../../lib/slipway-stage';
import { slipwayApp } from '../app';

/** Every finding that is accepted, by construct, in every environment. Each is a decision: it belongs in a review when it changes. */
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

/** And those of an environment that trains. */
const ACCEPTED_IN_TRAINING = [
  'training/Cluster/Adviser/Role: AwsSolutions-IAM5 *',
  'training/Cluster/Adviser/Role: AwsSolutions-IAM5 progress',
  'training/Cluster/Model/Continuation: AwsSolutions-IAM5 executions',
  'training/Cluster/Model/Resource/Role: AwsSolutions-IAM5 *',
  'training/Cluster/Model/Resource/Role: AwsSolutions-IAM5 versions of the adviser',
  'training/Cluster/Role: AwsSolutions-IAM5 checkpoints',
  'training/Cluster/Role: AwsSolutions-IAM5 models',
  'training/Cluster/Role: AwsSolutions-IAM5 training data',
];

/** And those of what runs the jobs. */
const ACCEPTED_OF_ENGINE = {
  sagemaker: [
    'training/Cluster/Adviser/Role: AwsSolutions-IAM5 training jobs',
    'training/Cluster/Model/Resource/Role: AwsSolutions-IAM5 training jobs',
    'training/Cluster/Role: AwsSolutions-IAM5 *',
    'training/Cluster/Role: AwsSolutions-IAM5 log streams',
    'training/Cluster/Role: AwsSolutions-IAM5 network interfaces',
  ],
  batch: [
    'training/Cluster/Adviser/Role: AwsSolutions-IAM5 owner of a prefix',
    'training/Cluster/Batch/ExecutionRole: AwsSolutions-IAM5 *',
    'training/Cluster/Batch/InstanceRole: AwsSolutions-IAM5 *',
    'training/Cluster/Batch/InstanceRole: AwsSolutions-IAM5 ECS clusters',
    'training/Cluster/Batch/InstanceRole: AwsSolutions-IAM5 instances of ECS',
    'training/Cluster/Model/Resource/Role: AwsSolutions-IAM5 jobs of Batch',
    'training/Cluster/Model/Resource/Role: AwsSolutions-IAM5 revisions of the job definition',
  ],
};

describe.each(environmentNames)('%s', (name) => {
  const app = slipwayApp();
  new SlipwayStage(app, name, { environment: environment(name), release: release(name) }).synth();

  it('accepts these findings and no others', () => {
    const { training } = environment(name);
    const expected = [
      ...ACCEPTED,
      ...(training ? [...ACCEPTED_IN_TRAINING, ...ACCEPTED_OF_ENGINE[training.engine]] : []),
    ];
    const accepted = new Set(
      acknowledgements(app).map(({ path, id }) => `${path.replace(`${name}/`, '')}: ${nameOf(id)}`),
    );
    expect([...accepted].sort()).toEqual(expected.sort());
  });

  it('has no finding of cdk-nag beyond them', () => {
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  it('accepts nothing that cdk-nag does not find at that construct', () => {
    const found: { path: string; id: string }[] = [];
    const isAcknowledged = jest
      .spyOn(
        NagPack.prototype as unknown as { isAcknowledged(resource: CfnResource, id: string): boolean },
        'isAcknowledged',
      )
      .mockImplementation(({ node }, id) => found.push({ path: node.path, id }) > 0);
    new AwsSolutionsChecks(app).validateScope(app);
    isAcknowledged.mockRestore();

    const unused = acknowledgements(app).filter(
      ({ path, id }) =>
        id.startsWith('AwsSolutions') && !found.some((one) => one.id === id && one.path.startsWith(`${path}/`)),
    );
    expect(unused).toEqual([]);
  });
});

function acknowledgements(app: App): { path: string; id: string }[] {
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
    .replace(/\[Resource::.*:training-job\/.*\]/, ' training jobs')
    .replace(/\[Resource::.*:execution:.*\]/, ' executions')
    .replace(/\[Resource::.*:job-definition\/.*\]/, ' revisions of the job definition')
    .replace(/\[Resource::.*:batch:.*:job\/\*\]/, ' jobs of Batch')
    .replace(/\[Resource::.*:cluster\/\*\]/, ' ECS clusters')
    .replace(/\[Resource::.*:container-instance\/\*\]/, ' instances of ECS')
    .replace(/\[Resource::.*batch-owner\.json\]/, ' owner of a prefix')
    .replace(/\[Resource::.*progress\.json\]/, ' progress')
    .replace(/\[Resource::.*\/checkpoints\/.*\*\]/, ' checkpoints')
    .replace(/\[Resource::.*\/models\/\*\]/, ' models')
    .replace(/\[Resource::.*\/data\/training\/\*\]/, ' training data')
    .replace(/\[Resource::<ClusterAdviser.*\]/, ' versions of the adviser')
    .replace(/\[Policy::.*\/(\w+)\]/, ' $1');
}
