import { aws_iam as iam, type aws_stepfunctions as sfn, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { createHyperParameterTuningJob } from './create-tuning-job';
import type { IHyperparameterTuning } from './hyperparameter-tuning';
import type { TuningSpec } from './spec';
import type { TuningTerms } from './state.decision';
import { stopHyperParameterTuningJob } from './stop-tuning-job';
import { ADVICE, PollingMachine } from '../polling-machine';
import { retryShortly } from '../retry-shortly';
import { tuningJobArn } from '../sagemaker-arns';
import { type QuotaNeed, recordQuotas } from '../../private/assembly-facts';
import { Handler } from '../../private/handler';
import { grantToRole } from '../../private/permissions';

export interface TuningMachineProps {
  readonly spec: TuningSpec;
  readonly terms: TuningTerms;
  readonly pollInterval: Duration;
  readonly quotas: readonly QuotaNeed[];
}

/**
 * The state machine that carries a tuning job to its end.
 *
 * It polls: a request whose answer was lost is repeated under the same name, and a machine that waited for its answer alone could
 * not take up the tuning job that is there already. A stopped tuning job is no success.
 */
export class TuningMachine extends PollingMachine implements IHyperparameterTuning {
  public readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, { spec, terms, pollInterval, quotas }: TuningMachineProps) {
    super(scope, id);
    const { jobPrefix } = terms;
    const name = `${ADVICE}.state.name`;
    const stop = (state: string) => stopHyperParameterTuningJob(this, state, { jobPrefix, jobNamePath: name });
    this.stateMachine = this.createMachine({
      adviser: this.createAdviser(jobPrefix).function,
      payload: {
        terms,
        execution: { 'id.$': '$$.Execution.Id', 'startedAt.$': '$$.Execution.StartTime' },
      },
      interval: pollInterval,
      actions: ({ again }) => ({
        Start: this.startJob(this.createStart(spec), ALREADY_STARTED, again),
        Stop: this.stopJob(stop('Stop'), again),
      }),
      stop,
      stoppable: name,
      wildcards: [{ resource: tuningJobArn(this, `${jobPrefix}-*`), reason: EACH_RUN }],
    });
    recordQuotas(this, quotas);
  }

  private createStart(spec: TuningSpec): sfn.TaskStateBase {
    const start = createHyperParameterTuningJob(this, 'Start', spec);
    start.addRetry({ errors: [ALREADY_STARTED, 'SageMaker.ResourceLimitExceededException'], maxAttempts: 0 });
    retryShortly(start);
    return start;
  }

  private createAdviser(jobPrefix: string): Handler {
    const adviser = new Handler(this, 'Adviser', {
      name: 'training/tuning/advise',
      description: `Says what tuning jobs of ${jobPrefix} do next`,
      timeout: Duration.seconds(60),
      memorySize: 512,
      environment: {},
    });
    const tuningJobs = tuningJobArn(this, `${jobPrefix}-*`);
    grantToRole(adviser.role, [
      {
        statement: new iam.PolicyStatement({
          actions: ['sagemaker:DescribeHyperParameterTuningJob'],
          resources: [tuningJobs],
        }),
        wildcards: [{ resource: tuningJobs, reason: EACH_RUN }],
      },
    ]);
    return adviser;
  }
}

const ALREADY_STARTED = 'SageMaker.ResourceInUseException';
const EACH_RUN = 'Each run makes a tuning job of its own, whose name begins with the name of this cluster.';
