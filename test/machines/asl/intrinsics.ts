import { Refused, StateError } from './errors';
import { type Argument, FUNCTIONS } from './functions';
import type { Json } from './json';
import { read } from './paths';

type Node =
  | { readonly call: string; readonly args: readonly Node[] }
  | { readonly path: string }
  | { readonly value: Json; readonly literal?: string };

const parsed = new Map<string, Node>();

/** The value of an intrinsic function such as `States.Format('{}-{}', $.a, $.b)`. */
export function evaluate(text: string, input: Json, context: Json): Json {
  return valueOf(parse(text), input, context).value;
}

/** Reads an intrinsic function. Refuses what is not one, and functions that are not carried. */
export function parse(text: string): Node {
  const known = parsed.get(text);
  if (known) return known;
  const reader = new Reader(text);
  const node = reader.node();
  if (!('call' in node) || !reader.atEnd) throw new Refused(`${text} is no intrinsic function`);
  parsed.set(text, node);
  return node;
}

function valueOf(node: Node, input: Json, context: Json): Argument {
  if ('path' in node) return { value: read(node.path, input, context) };
  if (!('call' in node)) return node;
  const args = node.args.map((arg) => valueOf(arg, input, context));
  const result = FUNCTIONS[node.call]?.(args);
  if (result === undefined) {
    const given = args.map(({ value }) => JSON.stringify(value)).join(', ');
    throw new StateError('States.IntrinsicFailure', `${node.call}(${given}): these arguments are not allowed`);
  }
  return { value: result };
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  public get atEnd(): boolean {
    this.take(/\s*/y);
    return this.at === this.text.length;
  }

  public node(): Node {
    this.take(/\s*/y);
    const quoted = this.take(/'((?:[^'\\]|\\.)*)'/y);
    if (quoted) return { literal: quoted.slice(1, -1), value: unescaped(quoted.slice(1, -1)) };
    const plain = this.take(/-?\d+(\.\d+)?([eE][+-]?\d+)?|true\b|false\b|null\b/y);
    if (plain) return { value: JSON.parse(plain) as Json };
    const path = this.take(/\$(?:\[(?:'[^']*'|"[^"]*"|[^\]])*\]|[^\s,()[\]])*/y);
    if (path) return { path };
    const call = this.take(/States\.\w+(?=\()/y);
    if (!call) throw new Refused(`${this.text} cannot be read as an intrinsic function, at ${this.at + 1}`);
    if (!(call in FUNCTIONS))
      throw new Refused(`${call} is not carried; allowed are ${Object.keys(FUNCTIONS).join(', ')}`);
    return { call, args: this.args() };
  }

  private args(): Node[] {
    const args: Node[] = [];
    this.take(/\(\s*/y);
    if (this.take(/\)/y)) return args;
    do args.push(this.node());
    while (this.take(/\s*,/y));
    if (!this.take(/\s*\)/y)) throw new Refused(`${this.text} lacks a closing bracket`);
    return args;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

function unescaped(literal: string): string {
  return literal.replace(/\\(.)/g, '$1');
}
