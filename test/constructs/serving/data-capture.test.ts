import { aws_s3 as s3, Token } from 'aws-cdk-lib';
import fc from 'fast-check';
import { CaptureMode, DataCapture, type DataCaptureOptions } from '../../../constructs/serving';
import { renderCapture } from '../../../constructs/serving/data-capture-config';
import { testStack } from '../../helpers';
import { Surroundings } from './surroundings';

const stack = testStack();
const { bucket } = new Surroundings(stack, 'Here');
const capture = (options: Partial<DataCaptureOptions> = {}) =>
  DataCapture.toBucket(bucket, { percentage: 10, ...options });
const rendered = (options: Partial<DataCaptureOptions> = {}) =>
  stack.resolve(renderCapture(capture(options))) as Record<string, unknown>;

const DEFAULT = {
  enableCapture: true,
  initialSamplingPercentage: 10,
  destinationS3Uri: 's3://data/data-capture',
  captureOptions: [{ captureMode: 'Input' }, { captureMode: 'Output' }],
  captureContentTypeHeader: { jsonContentTypes: ['application/json'], csvContentTypes: ['text/csv'] },
  kmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/bucket',
};

describe('DataCapture', () => {
  it('by default stores both sides as text, encrypted with the key of the bucket', () => {
    expect(rendered()).toEqual(DEFAULT);
  });

  it('goes into a bucket without a key of its own', () => {
    const plain = s3.Bucket.fromBucketName(stack, 'Plain', 'plain');
    expect(stack.resolve(renderCapture(DataCapture.toBucket(plain, { percentage: 10 })))).toEqual({
      ...DEFAULT,
      destinationS3Uri: 's3://plain/data-capture',
      kmsKeyId: undefined,
    });
  });

  it.each<[keyof DataCaptureOptions, Partial<DataCaptureOptions>, object]>([
    ['percentage', { percentage: 100 }, { initialSamplingPercentage: 100 }],
    ['percentage', { percentage: 0 }, { initialSamplingPercentage: 0 }],
    ['prefix', { prefix: 'team/churn' }, { destinationS3Uri: 's3://data/team/churn' }],
    ['modes', { modes: [CaptureMode.OUTPUT] }, { captureOptions: [{ captureMode: 'Output' }] }],
    [
      'jsonContentTypes',
      { jsonContentTypes: ['application/jsonlines'] },
      { captureContentTypeHeader: { jsonContentTypes: ['application/jsonlines'], csvContentTypes: ['text/csv'] } },
    ],
    [
      'csvContentTypes',
      { csvContentTypes: ['text/plain'] },
      { captureContentTypeHeader: { jsonContentTypes: ['application/json'], csvContentTypes: ['text/plain'] } },
    ],
  ])('%s', (_, options, changed) => {
    expect(rendered(options)).toEqual({ ...DEFAULT, ...changed });
  });

  it('percentage: may be unresolved', () => {
    expect(() => capture({ percentage: Token.asNumber({ Ref: 'Percentage' }) })).not.toThrow();
  });

  it('never has an empty part in its URI, whatever prefix it takes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z/]{0,6}$/), (prefix) => {
        const empty = prefix.split('/').includes('');
        if (empty) expect(() => capture({ prefix })).toThrow('joined by single slashes');
        else expect(rendered({ prefix })['destinationS3Uri']).toBe(`s3://data/${prefix}`);
      }),
    );
  });
});

describe('DataCapture fails when', () => {
  const range = 'allowed are whole numbers from 0 to 100';
  const parts =
    'allowed are parts of letters, digits and !_.*\'()=-, joined by single slashes: readers of captured data do not find "//"';
  const modes = 'allowed are Input, Output or both, each once';
  it.each<[string, Partial<DataCaptureOptions>, string]>([
    ['percentage is below 0', { percentage: -1 }, `percentage is -1, ${range}`],
    ['percentage is above 100', { percentage: 101 }, `percentage is 101, ${range}`],
    ['percentage is a fraction', { percentage: 0.5 }, `percentage is 0.5, ${range}`],
    ['prefix is empty', { prefix: '' }, `prefix is "", ${parts}`],
    ['prefix starts with a slash', { prefix: '/a' }, `prefix is "/a", ${parts}`],
    ['prefix ends with a slash', { prefix: 'a/' }, `prefix is "a/", ${parts}`],
    ['prefix has two slashes in a row', { prefix: 'a//b' }, `prefix is "a//b", ${parts}`],
    ['prefix has a blank', { prefix: 'a b' }, `prefix is "a b", ${parts}`],
    ['there is no mode', { modes: [] }, `modes are [], ${modes}`],
    [
      'there is no CSV content type',
      { csvContentTypes: [] },
      'csvContentTypes has 0 entries, allowed are 1 to 10: leave it out for the default',
    ],
    [
      'there are eleven JSON content types',
      { jsonContentTypes: Array.from({ length: 11 }, (_, i) => `application/json${i}`) },
      'jsonContentTypes has 11 entries, allowed are 1 to 10: leave it out for the default',
    ],
    [
      'a content type has a parameter',
      { jsonContentTypes: ['application/json; charset=utf-8'] },
      'jsonContentTypes has "application/json; charset=utf-8", allowed are <type>/<subtype> of letters, digits, inner hyphens and dots: SageMaker takes no parameters',
    ],
    [
      'prefix is longer than the URI may be',
      { prefix: 'x'.repeat(444) },
      'prefix has 444 characters, allowed are up to 443: with its bucket it has 512',
    ],
    ['a mode stands twice', { modes: [CaptureMode.INPUT, CaptureMode.INPUT] }, `modes are [Input, Input], ${modes}`],
  ])('%s', (_, options, message) => {
    expect(() => capture(options)).toThrow(new Error(`DataCapture.toBucket: ${message}`));
  });
});
