import { Refused } from './asl/errors';

interface Service {
  /** How error names of `aws-sdk` integrations start. */
  readonly prefix: string;
  /** The service's error for too many requests, and whether its API lists that one (botocore 1.43). */
  readonly throttle: string;
  readonly listed?: true;
  /** How error names of optimised integrations start, and the one for errors that the API does not list. */
  readonly optimised?: readonly [prefix: string, other: string];
}

/** Services by the name that Task resources use, which is the SDK's service id in lower case without spaces. */
const SERVICES: Readonly<Record<string, Service>> = {
  applicationautoscaling: { prefix: 'ApplicationAutoScaling', throttle: 'ThrottlingException' },
  batch: { prefix: 'Batch', throttle: 'TooManyRequestsException', optimised: ['Batch', 'AWSBatchException'] },
  cloudwatch: { prefix: 'CloudWatch', throttle: 'Throttling' },
  codedeploy: { prefix: 'CodeDeploy', throttle: 'ThrottlingException' },
  dynamodb: {
    prefix: 'DynamoDb',
    throttle: 'ProvisionedThroughputExceededException',
    listed: true,
    optimised: ['DynamoDB', 'AmazonDynamoDBException'],
  },
  ec2: { prefix: 'Ec2', throttle: 'RequestLimitExceeded' },
  ecs: { prefix: 'Ecs', throttle: 'ThrottlingException', optimised: ['ECS', 'AmazonECSException'] },
  eventbridge: { prefix: 'EventBridge', throttle: 'ThrottlingException', listed: true },
  lambda: { prefix: 'Lambda', throttle: 'TooManyRequestsException', listed: true },
  s3: { prefix: 'S3', throttle: 'SlowDown' },
  sagemaker: {
    prefix: 'SageMaker',
    throttle: 'ThrottlingException',
    optimised: ['SageMaker', 'AmazonSageMakerException'],
  },
  sagemakerruntime: { prefix: 'SageMakerRuntime', throttle: 'ThrottlingException' },
  scheduler: { prefix: 'Scheduler', throttle: 'ThrottlingException', listed: true },
  sfn: { prefix: 'Sfn', throttle: 'ThrottlingException' },
  sns: { prefix: 'Sns', throttle: 'ThrottledException', listed: true, optimised: ['SNS', 'AmazonSNSException'] },
  sqs: { prefix: 'Sqs', throttle: 'RequestThrottled', listed: true, optimised: ['SQS', 'AmazonSQSException'] },
  states: {
    prefix: 'StepFunctions',
    throttle: 'ThrottlingException',
    optimised: ['StepFunctions', 'AWSStepFunctionsException'],
  },
  ssm: { prefix: 'Ssm', throttle: 'ThrottlingException' },
};

/** The service of a call such as `sagemaker:describeEndpoint`. Refuses services that the table lacks. */
export function serviceOf(call: string): Service {
  const name = call.split(':')[0] ?? '';
  const service = SERVICES[name];
  if (!service)
    throw new Refused(
      `${call}: the service ${name} is not in test/machines/services.ts; it has ${Object.keys(SERVICES).join(', ')}`,
    );
  return service;
}

/**
 * An error that a service answers with. Handlers see its code as `name`; state machines see a name that is made of the
 * service and, where the service's API lists the code, the code (developer guide, "Learning to use AWS service SDK
 * integrations"), else the service's general exception, as seen for SageMaker.
 */
export class ServiceError extends Error {
  readonly $fault = 'client';
  readonly $metadata = { httpStatusCode: 400, attempts: 1 };

  private constructor(
    code: string,
    message: string,
    private readonly listed: boolean,
  ) {
    super(message);
    this.name = code;
  }

  /** An error that the operation's page lists, such as SageMaker's ResourceLimitExceeded. */
  public static listed(code: string, message: string): ServiceError {
    return new ServiceError(code, message, true);
  }

  /** An error that only the page of common errors lists, such as SageMaker's ValidationException. */
  public static common(code: string, message: string): ServiceError {
    return new ServiceError(code, message, false);
  }

  /** Too many requests: nothing was done. */
  public static throttled(call: string): ServiceError {
    const { throttle, listed = false } = serviceOf(call);
    return new ServiceError(throttle, 'Rate exceeded', listed);
  }

  /** The name that Retry and Catch see. */
  public stateError(call: string, { optimised }: { optimised: boolean }): string {
    const { prefix, optimised: other } = serviceOf(call);
    const [start, general] = optimised && other ? other : [prefix, `${prefix}Exception`];
    const code = /(Exception|Fault)$/.test(this.name) ? this.name : `${this.name}Exception`;
    return `${start}.${this.listed ? code : general}`;
  }
}

/** What was asked for happened, but its answer never came: the SDK's time-out, with the name that it has in handlers. */
export class AnswerLost extends Error {
  override readonly name = 'TimeoutError';

  constructor(readonly call: string) {
    super(`no answer from ${call}`);
  }
}
