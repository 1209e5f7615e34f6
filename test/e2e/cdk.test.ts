import { failuresIn } from '../../shell/cdk';

describe('what the CDK CLI says of a failure', () => {
  it('is told with every line of its reason, and without the events beside it', () => {
    const output = [
      'serving |  3/18 | 9:01:02 AM | CREATE_COMPLETE      | AWS::IAM::Role            | serving/Role (Role1234)',
      'not of an event that failed',
      'serving |  4/18 | 9:01:03 AM | CREATE_FAILED        | AWS::SageMaker::Endpoint  | serving/Endpoint (Endpoint12) The container ended: ',
      'Traceback (most recent call last):',
      '  File "/app/scorer/__main__.py", line 3',
      '',
      '\u001b[31mRuntimeError: no weights\u001b[39m',
      '\t \\_ new ModelEndpoint (/app/lib/serving-stack.ts:12:3)',
      'serving |  4/18 | 9:01:04 AM | ROLLBACK_IN_PROGRESS | AWS::CloudFormation::Stack | serving',
      'neither of one that failed',
      'data |  2/17 | 9:01:04 AM | DELETE_FAILED        | AWS::S3::Bucket           | data/Bucket (Bucket12) not empty',
      '4/18 Currently in progress: Role1234',
      'Failed resources:',
      'serving | 9:01:03 AM | CREATE_FAILED        | AWS::SageMaker::Endpoint  | serving/Endpoint (Endpoint12) The container',
      ' ❌  serving failed: Error',
    ];
    expect(failuresIn(output)).toEqual([
      [
        'CREATE_FAILED AWS::SageMaker::Endpoint serving/Endpoint (Endpoint12) The container ended: ',
        'Traceback (most recent call last):',
        '  File "/app/scorer/__main__.py", line 3',
        'RuntimeError: no weights',
      ].join('\n    '),
      'DELETE_FAILED AWS::S3::Bucket data/Bucket (Bucket12) not empty',
    ]);
  });
});
