import { DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { TRAINING } from './constants';
import type { JobView } from './job-view.decision';
import { viewOfSageMaker } from './sagemaker-job-view.decision';

const sagemaker = new SageMakerClient({});

/** The training job of a name; undefined when SageMaker knows none. */
export async function describeTrainingJob(name: string, now: number): Promise<JobView | undefined> {
  try {
    const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
    return viewOfSageMaker(
      {
        status: job.TrainingJobStatus ?? '',
        secondaryStatus: job.SecondaryStatus ?? '',
        spot: job.EnableManagedSpotTraining ?? false,
        failureReason: job.FailureReason,
        execution: job.Environment?.[TRAINING.executionVariable],
        trainingSeconds: job.TrainingTimeInSeconds,
        billableSeconds: job.BillableTimeInSeconds,
        transitions: (job.SecondaryStatusTransitions ?? []).map(({ Status, StartTime, EndTime, StatusMessage }) => ({
          status: Status ?? '',
          start: seconds(StartTime) ?? 0,
          end: seconds(EndTime),
          message: StatusMessage,
        })),
      },
      now,
    );
  } catch (error) {
    // What SageMaker answers for a job it does not know. It has no error of its own for that.
    if (error instanceof Error && error.name === 'ValidationException' && /not found/i.test(error.message))
      return undefined;
    throw error;
  }
}

function seconds(date: Date | undefined): number | undefined {
  return date && date.getTime() / 1000;
}
