/**
 * Does work that may refuse what it is given. A refusal is an Error of no class of its own, and says what to change: its stack
 * would only hide that. Anything else is a fault of ours, and keeps its stack.
 */
export function told(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
