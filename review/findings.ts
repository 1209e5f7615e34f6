import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadUnifiedValidationReport } from '@aws-cdk/cloud-assembly-api';
import { Problem, reasonOf } from '../shell/problem';
import type { Assembly } from './assembly';

type PluginReport = Awaited<ReturnType<typeof loadUnifiedValidationReport>>[number];
type Violation = PluginReport['violations'][number];

/** Something that a rule has found, and nobody has accepted. */
export interface Finding {
  readonly environment: string;
  /** Construct path below the environment; empty where the rule names none. */
  readonly name: string;
  readonly rule: string;
  readonly severity: string;
  readonly says: string;
}

/** What the rules that ran at synth have to say. */
export interface Findings {
  /** False when the app was synthesised without validation: then only annotations of constructs are known. */
  readonly validated: boolean;
  readonly open: Finding[];
  /** As the report has them; those of a stack are in its metadata too. */
  readonly acknowledged: { readonly path: string; readonly rule: string; readonly reason: string }[];
}

/** Where a construct stands: its environment, and its path below it. */
export type Locate = (path: string) => { readonly environment: string; readonly name: string };

/**
 * Reads `validation-report.json` of an assembly, and the annotations of its constructs.
 *
 * @throws Problem for a report that cannot be read
 */
export async function findingsOf({ cloudAssembly }: Assembly, locate: Locate): Promise<Findings> {
  const reports = await reportsOf(cloudAssembly);
  return {
    validated: existsSync(join(cloudAssembly.directory, 'validation-report.json')),
    open: reports.flatMap(({ violations }) => violations.flatMap((violation) => findings(violation, locate))),
    acknowledged: reports
      .flatMap(({ suppressedViolations }) => suppressedViolations ?? [])
      .map(({ acknowledgedAt = '', acknowledgedId, reason = '' }) => ({
        path: acknowledgedAt,
        rule: acknowledgedId,
        reason,
      })),
  };
}

async function reportsOf(cloudAssembly: Assembly['cloudAssembly']): Promise<PluginReport[]> {
  try {
    return await loadUnifiedValidationReport(cloudAssembly, cloudAssembly.stacksRecursively);
  } catch (error) {
    throw new Problem(`validation-report.json of ${cloudAssembly.directory} cannot be read: ${reasonOf(error)}`);
  }
}

function findings({ ruleName, description, severity, violatingConstructs }: Violation, locate: Locate): Finding[] {
  if (severity === 'info') return [];
  const paths = violatingConstructs.length > 0 ? violatingConstructs.map(({ constructPath }) => constructPath) : [''];
  return paths.map((path) => ({ ...locate(path), rule: ruleName, severity, says: oneLine(description) }));
}

function oneLine(value: string): string {
  return value.replace(/\s+/g, ' ').trim();
}
