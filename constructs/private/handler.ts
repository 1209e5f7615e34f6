import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aws_iam as iam, aws_lambda as lambda, aws_logs as logs, type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface HandlerProps {
  /** `<area>/<name>` of the handler's file, `constructs/<area>/<name>.lambda.ts`. */
  readonly name: string;
  readonly description: string;
  readonly timeout: Duration;
  /** MiB; processor time goes with it. */
  readonly memorySize: number;
  readonly environment: { readonly [name: string]: string };
}

/** A Lambda function of this library: one runtime for all, its own log group, and a role that may write there and no more. */
export class Handler extends Construct {
  public readonly function: lambda.Function;
  public readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: HandlerProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    logGroup.grants.write(this.role);
    this.function = new lambda.Function(this, 'Resource', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(bundle(props.name)),
      timeout: props.timeout,
      memorySize: props.memorySize,
      environment: props.environment,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      role: this.role,
    });
  }
}

/** The folder of a bundled handler, in a checkout as in the published package. */
function bundle(name: string): string {
  const folder = join(packageRoot(__dirname), 'build', 'handlers', name);
  if (existsSync(join(folder, 'index.js'))) return folder;
  throw new Error(
    `build/handlers/${name}/index.js is missing: it is bundled from constructs/${name}.lambda.ts by ` +
      '`node --import tsx shell/handlers.ts`, which cdk synth and the tests do by themselves',
  );
}

function packageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  return packageRoot(dirname(folder));
}
