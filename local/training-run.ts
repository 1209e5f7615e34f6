import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { LocalCloud } from './local-cloud';
import { type Advice, RunPicture, type RunResult } from './run-picture';
import { Problem } from '../shell/problem';

/** Between two looks at a run. */
const LOOK_MILLIS = 500;

/** One run on the local cloud, from its data to its end. */
export class TrainingRun {
  private readonly s3: S3Client;
  private readonly states: SFNClient;
  private readonly sagemaker: SageMakerClient;

  constructor(
    private readonly cloud: Pick<LocalCloud, 'endpoint' | 'region' | 'ended'>,
    private readonly say: (line: string) => void,
  ) {
    const config = {
      endpoint: cloud.endpoint,
      region: cloud.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    this.s3 = new S3Client({ ...config, forcePathStyle: true });
    this.states = new SFNClient(config);
    this.sagemaker = new SageMakerClient(config);
  }

  /** @param folder `s3://<bucket>/<prefix>` */
  public async upload(folder: string, name: string, body: string): Promise<void> {
    const { hostname, pathname } = new URL(folder);
    await this.s3.send(
      new PutObjectCommand({ Bucket: hostname, Key: `${pathname.slice(1)}/training/${name}`, Body: body }),
    );
  }

  /**
   * Starts a run and tells how it goes, until its end.
   *
   * @returns what the execution ends with
   * @throws Problem when it fails
   */
  public async run(machineArn: string, hyperparameters: Readonly<Record<string, string>>): Promise<RunResult> {
    const { executionArn } = await this.states.send(
      new StartExecutionCommand({ stateMachineArn: machineArn, input: JSON.stringify({ hyperparameters }) }),
    );
    const picture = new RunPicture();
    for (;;) {
      const { status, output, error, cause } = await this.states.send(new DescribeExecutionCommand({ executionArn }));
      const advice = await this.lastAdvice(executionArn);
      if (advice) await this.show(advice, picture);
      if (status === 'SUCCEEDED') return JSON.parse(output ?? '{}') as RunResult;
      if (status !== 'RUNNING') throw new Problem(`the run has ended ${String(status)}: ${error ?? ''} ${cause ?? ''}`);
      await Promise.race([sleep(LOOK_MILLIS), this.cloud.ended]);
    }
  }

  private async lastAdvice(executionArn: string | undefined): Promise<Advice | undefined> {
    const { events = [] } = await this.states.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 50 }),
    );
    const exited = events.find(({ stateExitedEventDetails: details }) => details?.name === 'Advise');
    const output = exited?.stateExitedEventDetails?.output;
    return output === undefined ? undefined : (JSON.parse(output) as { data: Advice }).data;
  }

  private async show(advice: Advice, picture: RunPicture): Promise<void> {
    for (const line of picture.linesOfAdvice(advice)) this.say(line);
    const { trainingJobName: name } = advice.result;
    // The job is made after the advice.
    if (advice.action.startsWith('Start') || name === undefined) return;
    const { SecondaryStatusTransitions = [] } = await this.sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: name }),
    );
    for (const line of picture.linesOfJob(name, SecondaryStatusTransitions)) this.say(line);
  }
}
