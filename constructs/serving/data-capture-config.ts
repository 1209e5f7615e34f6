import type { aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import type { DataCapture } from './data-capture';

export function renderCapture({
  bucket,
  prefix,
  modes,
  options,
}: DataCapture): sagemaker.CfnEndpointConfig.DataCaptureConfigProperty {
  return {
    enableCapture: true,
    initialSamplingPercentage: options.percentage,
    destinationS3Uri: bucket.s3UrlForObject(prefix),
    captureOptions: modes.map((captureMode) => ({ captureMode })),
    captureContentTypeHeader: {
      jsonContentTypes: options.jsonContentTypes ?? ['application/json'],
      csvContentTypes: options.csvContentTypes ?? ['text/csv'],
    },
    kmsKeyId: bucket.encryptionKey?.keyArn,
  };
}
