/** The attempt of the job that has a checkpoint prefix, as its entry point wrote it; 0 when nobody has. */
export function attemptOfOwner(text: string): number {
  const attempt = (JSON.parse(text) as { attempt?: unknown }).attempt;
  if (typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 0) return attempt;
  throw new Error(`the owner of the checkpoint prefix is ${text}, allowed is {"attempt": <number>, "job": <id>}`);
}
