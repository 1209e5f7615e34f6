/** What a run says at a poll: constructs/training/advise.lambda.ts. */
export interface Advice {
  readonly action: string;
  readonly reason: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly state?: {
    readonly mode?: string;
    readonly progress?: { readonly completed: number; readonly total: number };
  };
  readonly result: RunResult;
}

/** What an execution ends with, and what is known of that at each poll: docs/training.md. */
export interface RunResult {
  readonly trainingJobName?: string;
  readonly checkpoints?: string;
  readonly modelArtifacts?: string;
  readonly attempts?: number;
  readonly interruptions?: number;
  readonly elapsedSeconds?: number;
  readonly savingsPercent?: number;
  readonly costUsd?: number;
}

/** A state that a job has come to. */
export interface Transition {
  readonly Status?: string;
  readonly StartTime?: Date;
  readonly StatusMessage?: string;
}

/** What of a run is worth a line, each thing once. */
export class RunPicture {
  private advice = '';
  private progress = '';
  private checkpoints?: string;
  private interruptions = 0;
  private readonly known = new Map<string, number>();

  /** What a poll has brought that was not told before. */
  public linesOfAdvice({ action, reason, numbers, state, result }: Advice): string[] {
    const lines: string[] = [];
    const { checkpoints, costUsd } = result;
    if (checkpoints !== undefined && checkpoints !== this.checkpoints) lines.push(`checkpoints in ${checkpoints}`);
    this.checkpoints = checkpoints ?? this.checkpoints;

    const told = `${action}: ${reason}`;
    if (told !== this.advice) lines.push(`${told}${inMinutes(numbers)}`);
    this.advice = told;

    const progress = inPercent(state);
    const cost = costUsd === undefined ? '' : `, $${costUsd.toFixed(2)} so far`;
    if (progress !== undefined && progress !== this.progress) lines.push(`  ${progress}${cost}`);
    this.progress = progress ?? this.progress;
    return lines;
  }

  /** What a job has come to since it was last looked at. */
  public linesOfJob(name: string, transitions: readonly Transition[]): string[] {
    const fresh = transitions.slice(this.known.get(name) ?? 0);
    this.known.set(name, transitions.length);
    return fresh.map(({ Status, StartTime, StatusMessage }) => {
      const time = StartTime?.toISOString().slice(11, 19) ?? '';
      const count = Status === 'Interrupted' ? ` (${++this.interruptions})` : '';
      return `  ${time} ${name} ${Status ?? ''}${count}: ${StatusMessage ?? ''}`;
    });
  }
}

/** How a run has ended, for people. */
export function linesOfResult(result: RunResult): string[] {
  const { attempts = 0, interruptions = 0, elapsedSeconds, savingsPercent, costUsd } = result;
  const saved = savingsPercent === undefined ? '' : `${savingsPercent.toFixed(0)} % less than on-demand`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['model', result.modelArtifacts],
    ['checkpoints', result.checkpoints],
    ['jobs', `${attempts}, interrupted ${interruptions} times`],
    ['took', elapsedSeconds === undefined ? undefined : `${(elapsedSeconds / 60).toFixed(0)} minutes`],
    ['cost', costUsd === undefined ? saved || undefined : [`$${costUsd.toFixed(2)}`, saved].filter(Boolean).join(', ')],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(12)} ${value}`]));
}

/** As of the newest checkpoint. */
function inPercent(state: Advice['state']): string | undefined {
  const { progress, mode } = state ?? {};
  if (progress === undefined || mode === undefined) return undefined;
  const percent = Math.floor((100 * progress.completed) / progress.total);
  return `${percent} % is saved (${progress.completed} of ${progress.total}), ${mode === 'spot' ? 'on Spot' : mode}`;
}

/** The numbers that people ask for first. */
function inMinutes({ workLeftSeconds, timeLeftSeconds, costOfSpot, costOfOnDemand }: Advice['numbers']): string {
  const minutes = (seconds: number | undefined) => (seconds === undefined ? '?' : (seconds / 60).toFixed(0));
  if (workLeftSeconds === undefined) return '';
  const costs =
    costOfSpot === undefined ? '' : `; Spot would cost ${minutes(costOfSpot)}, on-demand ${minutes(costOfOnDemand)}`;
  return ` (minutes: ${minutes(workLeftSeconds)} of work left, ${minutes(timeLeftSeconds)} until the deadline${costs})`;
}
