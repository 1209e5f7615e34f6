/** Something went wrong that a person can mend: the message is the whole story, no stack trace needed. */
export class Problem extends Error {}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
