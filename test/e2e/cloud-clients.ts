import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { LocalCloud } from '../../local/local-cloud';

type Cloud = Pick<LocalCloud, 'endpoint' | 'region'>;

/** A client of the SDK that talks to a local cloud. */
export function clientOf<T>({ endpoint, region }: Cloud, Client: new (config: object) => T): T {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new Client({ endpoint, region, credentials, forcePathStyle: true });
}

/** An object's bytes; undefined when there is none. @param uri `s3://<bucket>/<key>` */
export async function objectAt(cloud: Cloud, uri: string): Promise<Buffer | undefined> {
  const { hostname, pathname } = new URL(uri);
  try {
    const { Body } = await clientOf(cloud, S3Client).send(
      new GetObjectCommand({ Bucket: hostname, Key: decodeURIComponent(pathname.slice(1)) }),
    );
    return Body && Buffer.from(await Body.transformToByteArray());
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** Steps that are in the newest checkpoint of a run; 0 before the first. @param checkpoints `s3://<bucket>/<prefix>/` */
export async function savedSteps(cloud: Cloud, checkpoints: string): Promise<number> {
  const progress = await objectAt(cloud, `${checkpoints}progress.json`);
  return progress === undefined ? 0 : (JSON.parse(progress.toString()) as { completed: number }).completed;
}

/** Asks ten times a second until there is an answer, for up to ten minutes: longer than anything takes on the slowest machine. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + 600_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`this did not come in ten minutes: ${what}`);
    await sleep(100);
  }
}

/** What was asked for as a role and is not allowed to it, or cannot be judged. */
export async function refusals(cloud: Pick<LocalCloud, 'access'>): Promise<string[]> {
  const { totals, roles, text } = await cloud.access();
  const found = roles.flatMap(({ role, path, calls }) =>
    calls
      .filter(({ outcome }) => outcome !== 'allowed')
      .map(({ outcome, action, resource }) => `${path ?? role}: ${outcome} ${action} on ${resource}`),
  );
  return totals.missing + totals.undecided > 0 && found.length === 0 ? [text] : found;
}
