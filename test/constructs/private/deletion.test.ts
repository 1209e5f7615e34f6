import { RemovalPolicy } from 'aws-cdk-lib';
import { dataRemovalPolicy, DELETION_CONTEXT } from '../../../constructs/private/deletion';
import { testStack } from '../../helpers';

const resolved = (given?: RemovalPolicy, flag?: unknown) =>
  dataRemovalPolicy(testStack({ context: flag === undefined ? {} : { [DELETION_CONTEXT]: flag } }), given);

it.each([
  ['RETAIN by default', undefined, undefined, RemovalPolicy.RETAIN],
  ['RETAIN by default, with the context flag alone', undefined, true, RemovalPolicy.RETAIN],
  ['RETAIN', RemovalPolicy.RETAIN, undefined, RemovalPolicy.RETAIN],
  [
    'RETAIN_ON_UPDATE_OR_DELETE',
    RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    undefined,
    RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  ],
  ['DESTROY with the context flag', RemovalPolicy.DESTROY, true, RemovalPolicy.DESTROY],
  ['DESTROY with the context flag as the command line gives it', RemovalPolicy.DESTROY, 'true', RemovalPolicy.DESTROY],
])('dataRemovalPolicy gives %s', (_, given, flag, expected) => {
  expect(resolved(given, flag)).toBe(expected);
});

it.each([undefined, false, 'false', 'yes', 1])(
  'dataRemovalPolicy fails when it is DESTROY and the flag is %s',
  (flag) => {
    expect(() => resolved(RemovalPolicy.DESTROY, flag)).toThrow(
      new Error(
        'Test: removalPolicy is DESTROY, but context cdk-slipway:allowDataDeletion is not true: deleting data takes both keys. ' +
          'Set the context flag as well, or keep RETAIN',
      ),
    );
  },
);
