import { readOptions } from '../shell/options';

export const USAGE = `npm run quotas [-- [--app DIR] [--environment NAME,...] [--region REGION]]

Asks AWS whether an account has the service quotas that an app needs: instances for training above all, which are 0 in a
new account. It needs credentials, and changes nothing.
  --app DIR           a folder that cdk synth has written (default: this app, synthesised now)
  --environment NAME  these environments only (default: all)
  --region REGION     where stacks are deployed that leave it open
  --help              say this

Ends with 0, with 1 when a quota lacks or cannot be told, with 2 when there is no answer.
`;

export interface Arguments {
  /** This app when left out. */
  readonly app?: string;
  /** All when empty. */
  readonly environments: readonly string[];
  readonly region?: string;
  readonly help: boolean;
}

/**
 * What stands behind `npm run quotas --`.
 *
 * @throws Problem for what is not allowed
 */
export function readArguments(args: string[], env: NodeJS.ProcessEnv): Arguments {
  const { app, environment, region, help } = readOptions(
    { name: 'npm run quotas', usage: USAGE },
    {
      app: { type: 'string' },
      environment: { type: 'string', multiple: true, default: [] },
      region: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
    args,
    env,
  );
  return { app, environments: environment.flatMap((list) => list.split(',')), region, help };
}
