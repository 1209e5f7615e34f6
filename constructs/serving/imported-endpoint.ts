import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type EndpointAttributes, EndpointBase } from './endpoint';

/** An endpoint that is defined elsewhere. */
export class ImportedEndpoint extends EndpointBase {
  public readonly endpointName: string;
  public readonly endpointArn: string;
  public readonly variantNames: string[] = [];

  constructor(scope: Construct, id: string, attributes: EndpointAttributes) {
    const { account, region, endpointName } = attributes;
    super(scope, id, { account, region });
    this.endpointName = endpointName;
    this.endpointArn = endpointArn(scope, endpointName, account, region);
  }
}

/** SageMaker lower-cases the name in an endpoint's ARN. */
export function endpointArn(scope: Construct, name: string, account?: string, region?: string): string {
  return Stack.of(scope).formatArn({
    service: 'sagemaker',
    resource: 'endpoint',
    resourceName: Token.isUnresolved(name) ? name : name.toLowerCase(),
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    account,
    region,
  });
}
