import type { Stack, StackTemplate } from './assembly';
import { text } from './template';

/** `${Id}` or `${Id.Attribute}` as templates and cloudformation-diff write references. */
const REFERENCE = /\$\{(?<id>[A-Za-z0-9]+)(?<rest>[^}]*)\}/g;
/** What cloudformation-diff and `text` make of an import. */
const IMPORT = /\{"Fn::ImportValue":"(?<name>[^"]+)"\}/g;
/** Hashes of assets and the like. */
const HASH = /[0-9a-f]{64}/g;

/** Says things of templates as a reader knows them: construct paths for logical ids, and what an import leads to. */
export class Names {
  private readonly exports = new Map<string, string>();

  public constructor(stacks: Stack[]) {
    for (const template of stacks.flatMap(({ templates }) => templates)) {
      for (const { Export, Value } of Object.values(template.template.Outputs ?? {})) {
        if (typeof Export?.Name === 'string') this.exports.set(Export.Name, this.readable(text(Value), template));
      }
    }
  }

  /** A text from a template, with the names of its resources. */
  public readable(value: string, { template, nameOf }: StackTemplate): string {
    return value
      .replace(REFERENCE, (whole, id: string, rest: string) =>
        template.Resources?.[id] ? `\${${nameOf(id)}${rest}}` : whole,
      )
      .replace(IMPORT, (whole, name: string) => this.exports.get(name) ?? whole)
      .replace(HASH, (hash) => `${hash.slice(0, 8)}...`);
  }
}
