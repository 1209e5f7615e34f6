import type { Stack } from './assembly';
import type { Findings, Locate } from './findings';
import { type Resource, resourcesOf } from './template';

/** A finding that somebody has accepted. */
export interface Acknowledgement {
  readonly environment: string;
  /** Construct path below the environment. */
  readonly name: string;
  readonly rule: string;
  /** Empty when none was given. */
  readonly reason: string;
}

/** Where `Validations.acknowledge` of aws-cdk-lib leaves what it was told. */
const ACKNOWLEDGED = 'aws:cdk:acknowledged-rules';

/** Acknowledgements of `Validations`, and those that cdk-nag before version 3 and cfn-nag keep in templates. */
export function acknowledgementsOf(
  stacks: Stack[],
  acknowledged: Findings['acknowledged'],
  locate: Locate,
): Acknowledgement[] {
  const all = [
    ...stacks.flatMap(inMetadata),
    ...stacks.flatMap(inTemplates),
    ...acknowledged.map(({ path, rule, reason }) => acknowledgement({ ...locate(path), rule, reason })),
  ];
  return [...new Map(all.map((one) => [JSON.stringify([one.environment, one.name, one.rule]), one])).values()];
}

function inMetadata({ environment, metadata }: Stack): Acknowledgement[] {
  return metadata
    .filter(({ type }) => type === ACKNOWLEDGED)
    .flatMap(({ name, data }) =>
      Object.entries(data as Record<string, string>).map(([rule, reason]) =>
        acknowledgement({ environment, name, rule, reason }),
      ),
    );
}

interface Suppressions {
  readonly rules_to_suppress?: {
    readonly id: string;
    readonly reason?: string;
    readonly is_reason_encoded?: boolean;
  }[];
}

function inTemplates({ environment, templates }: Stack): Acknowledgement[] {
  return templates.flatMap(({ template, nameOf }) =>
    resourcesOf(template).flatMap(([id, resource]) =>
      suppressed(resource).map(({ id: rule, reason = '', is_reason_encoded }) =>
        acknowledgement({
          environment,
          name: nameOf(id),
          rule,
          reason: is_reason_encoded ? Buffer.from(reason, 'base64').toString() : reason,
        }),
      ),
    ),
  );
}

function suppressed({ Metadata = {} }: Resource) {
  return [Metadata['cdk_nag'], Metadata['cfn_nag']].flatMap(
    (section) => (section as Suppressions | undefined)?.rules_to_suppress ?? [],
  );
}

function acknowledgement(given: Acknowledgement): Acknowledgement {
  return { ...given, rule: given.rule.replace(/^Annotation::/, '') };
}
