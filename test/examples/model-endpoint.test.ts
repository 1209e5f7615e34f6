import { context } from '../../examples/model-endpoint/cdk.json';
import { describeExample } from './example';

describeExample('model-endpoint', context, (stack) => {
  it('is rolled back by its alarm', () => {
    const template = stack('tumours');
    const [alarm] = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
    template.hasResourceProperties('AWS::SageMaker::Endpoint', {
      EndpointName: 'tumours',
      DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: { Ref: alarm } }] } },
    });
  });
});
