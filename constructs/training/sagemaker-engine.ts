import { aws_iam as iam } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ClusterFacts, Engine, EngineTasks } from './engine';
import { ADVICE } from './polling-machine';
import { reservedCapacityArn, trainingJobArn } from './sagemaker-arns';
import { createTrainingJob } from './sagemaker-create-job';
import { renderSpec } from './sagemaker-job-spec';
import { describeTrainingJobs, sageMakerRolePermissions } from './sagemaker-permissions';
import { stopTrainingJob } from './sagemaker-stop-job';
import type { TrainingJobOptions } from './training-job';
import { pullImage, type Permission } from '../private/permissions';

/** SageMaker training jobs. Their names are unique, so a job that is asked for twice is made once. */
export class SageMakerEngine implements Engine {
  public readonly principal = new iam.ServicePrincipal('sagemaker.amazonaws.com');
  public readonly principalName = 'SageMaker';
  public readonly rolePermissions: Permission[];
  public readonly advicePermissions: Permission[];
  public readonly terms = {};

  constructor(
    scope: Construct,
    private readonly cluster: ClusterFacts,
  ) {
    this.rolePermissions = sageMakerRolePermissions(scope, cluster.props, cluster.network);
    this.advicePermissions = describeTrainingJobs(scope, cluster.clusterName);
  }

  public pullPermissions({ image }: TrainingJobOptions): Permission[] {
    return pullImage(image.repository);
  }

  public createTasks(machine: Construct, job: TrainingJobOptions, role: iam.IRole): EngineTasks {
    const spec = renderSpec(this.cluster, role, job);
    const jobNamePath = `${ADVICE}.result.trainingJobName`;
    const jobs = trainingJobArn(machine, `${spec.jobPrefix}-*`);
    return {
      start: (id, mode) => createTrainingJob(machine, id, { spec, spot: mode === 'spot' }),
      stop: (id) => stopTrainingJob(machine, id, { jobPrefix: spec.jobPrefix, jobNamePath }),
      stoppable: jobNamePath,
      alreadyStarted: 'SageMaker.ResourceInUseException',
      wildcards: [
        {
          resource: jobs,
          reason: 'Each run makes jobs of its own, whose names begin with the name of this cluster.',
        },
        ...(spec.trainingPlanArn === undefined
          ? []
          : [
              {
                resource: reservedCapacityArn(machine),
                reason: 'A training plan is made of reserved capacity that SageMaker names.',
              },
            ]),
      ],
    };
  }
}
