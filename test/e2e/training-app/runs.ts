import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  DescribeTrainingJobCommand,
  type DescribeTrainingJobResponse,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { LocalCloud } from '../../../local/local-cloud';
import type { RunResult } from '../../../local/run-picture';
import { clientOf, objectAt, until } from '../cloud-clients';
import type { Outputs } from './app';

/** Runs of the app, as somebody sees them who has started them. */
export class Runs {
  /** @param folder of the cloud's state, `cloud`, and of archives that are looked into */
  constructor(
    private readonly cloud: LocalCloud,
    private readonly outputs: Outputs,
    private readonly folder: string,
  ) {}

  /** Returns the execution. */
  public async start(machine: keyof Outputs, name: string, input: object): Promise<string> {
    const { executionArn = '' } = await clientOf(this.cloud, SFNClient).send(
      new StartExecutionCommand({ stateMachineArn: this.outputs[machine], name, input: JSON.stringify(input) }),
    );
    return executionArn;
  }

  public async ended(executionArn: string) {
    const states = clientOf(this.cloud, SFNClient);
    return until(`the end of ${executionArn}`, async () => {
      const found = await states.send(new DescribeExecutionCommand({ executionArn }));
      return found.status !== 'RUNNING' && found;
    });
  }

  public async succeeded(executionArn: string): Promise<RunResult> {
    const { status, output, error, cause } = await this.ended(executionArn);
    expect({ status, error, cause }).toEqual({ status: 'SUCCEEDED', error: undefined, cause: undefined });
    return JSON.parse(output ?? '') as RunResult;
  }

  public async describeJob(TrainingJobName: string): Promise<DescribeTrainingJobResponse | undefined> {
    try {
      return await clientOf(this.cloud, SageMakerClient).send(new DescribeTrainingJobCommand({ TrainingJobName }));
    } catch (error) {
      if (error instanceof Error && /not found/i.test(error.message)) return undefined;
      throw error;
    }
  }

  /** Of a run; it has made one or two. */
  public async lastJob(run: string): Promise<DescribeTrainingJobResponse> {
    const job = (await this.describeJob(`${run}-2`)) ?? (await this.describeJob(`${run}-1`));
    if (!job) throw new Error(`${run} has no job`);
    return job;
  }

  public async states(job: string): Promise<string[]> {
    const { SecondaryStatusTransitions = [] } = (await this.describeJob(job)) ?? {};
    return SecondaryStatusTransitions.map(({ Status }) => String(Status));
  }

  /** What the trainer has said at each start of a job, on its first host. */
  public beginnings(job: string): string[] {
    const log = readFileSync(join(this.folder, 'cloud', 'training', 'logs', job, 'algo-1.log'), 'utf8');
    return log.match(/^(starts anew: \d+ steps|resumes at .*)/gm) ?? [];
  }

  /** The files of an archive, in order of their names. */
  public async filesIn(uri: string): Promise<string[]> {
    const archive = await objectAt(this.cloud, uri);
    if (!archive) throw new Error(`there is no ${uri}`);
    const place = mkdtempSync(join(this.folder, 'archive-'));
    writeFileSync(join(place, 'archive.tar.gz'), archive);
    const tar = promisify(execFile);
    const { stdout } = await tar('tar', ['-tzf', 'archive.tar.gz'], { cwd: place });
    const names = stdout.split('\n').filter((name) => name.endsWith('.json'));
    await tar('tar', ['-xzf', 'archive.tar.gz'], { cwd: place });
    return names.sort().map((name) => readFileSync(join(place, name), 'utf8'));
  }
}
