import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';

/** Nodes that Spot had, over time: each count holds until the next one. */
export interface Trace {
  readonly name: string;
  /** In the order of time, the first at 0. */
  readonly counts: readonly { readonly seconds: number; readonly nodes: number }[];
  readonly endSeconds: number;
}

/** A trace as a gang of so many nodes sees it: all of them or none. */
export interface GangTrace {
  readonly name: string;
  readonly nodes: number;
  /** 1 where the gang can run, a step each. */
  readonly up: Uint8Array;
  readonly stepSeconds: number;
}

/**
 * All traces of a folder and of those below it, by name: `.csv`, `.txt` and `.json`; other files are passed over.
 * Of traces that are the same, the first is kept: `left` names the others.
 *
 * @throws Error when the folder is missing or has no trace, and on a file that cannot be read, with the line
 */
export function readTraces(folder: string): { traces: Trace[]; left: string[] } {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Error(
      `--traces is "${folder}", allowed is a folder of Spot traces: docs/benchmarks.md names the formats`,
    );
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(csv|txt|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0) throw new Error(`--traces ${folder} has no file that ends in .csv, .txt or .json`);
  const known = new Map<string, string>();
  const left: string[] = [];
  const traces = files.flatMap((file) => {
    const name = relative(folder, file).split(sep).join('/');
    const trace = parseTrace(name, readFileSync(file, 'utf8'));
    const digest = createHash('sha256').update(JSON.stringify(trace.counts)).digest('hex');
    const same = known.get(digest);
    if (same !== undefined) {
      left.push(`${name}, the same as ${same}`);
      return [];
    }
    known.set(digest, name);
    return [trace];
  });
  return { traces, left };
}

/** @throws Error with file and line when the text is none of the known formats */
export function parseTrace(name: string, text: string): Trace {
  return name.endsWith('.json') ? jsonTrace(name, text) : lineTrace(name, text);
}

const JSON_TRACE = z.object({
  metadata: z.object({ gap_seconds: z.number().positive() }),
  data: z.array(z.number().int().nonnegative()).min(1),
});

/** `{ "metadata": { "gap_seconds": 600 }, "data": [0, 1, ...] }`: nodes at equal distances, 1 = available. */
function jsonTrace(name: string, text: string): Trace {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${name} is no JSON`, { cause });
  }
  const { success, data: trace, error } = JSON_TRACE.safeParse(read);
  if (!success) throw new Error(`${name} is no trace: ${z.prettifyError(error)}`);
  const gap = trace.metadata.gap_seconds;
  return {
    name,
    counts: trace.data.map((nodes, i) => ({ seconds: i * gap, nodes })),
    endSeconds: trace.data.length * gap,
  };
}

const EVENT = /^(\d+),(add|remove),(\S+)$/;
const COUNT = /^(\d+),(\d+)$/;
const DATED = /^(\d{4}-\d{2}-\d{2}), (\d{2}:\d{2}:\d{2}), (\d+)$/;

/** Lines `ms,add,node`, `ms,count` or `date, time, count`. */
function lineTrace(name: string, text: string): Trace {
  const nodes = new Set<string>();
  const counts: { seconds: number; nodes: number }[] = [];
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.trim();
    if (line === '') return;
    const event = EVENT.exec(line);
    const count = COUNT.exec(line);
    const dated = DATED.exec(line);
    if (event) {
      const [, millis, what, node = ''] = event;
      if (what === 'add') nodes.add(node);
      else nodes.delete(node);
      counts.push({ seconds: Number(millis) / 1000, nodes: nodes.size });
    } else if (count) {
      counts.push({ seconds: Number(count[1]) / 1000, nodes: Number(count[2]) });
    } else if (dated) {
      counts.push({ seconds: Date.parse(`${dated[1] ?? ''}T${dated[2] ?? ''}Z`) / 1000, nodes: Number(dated[3]) });
    } else {
      throw new Error(
        `${name}:${i + 1} is "${line}", allowed are "ms,add,node", "ms,remove,node", "ms,count" and "date, time, count"`,
      );
    }
  });
  const [first] = counts;
  if (first === undefined) throw new Error(`${name} has no line`);
  const ordered = newestOnly(counts).map((at) => ({ ...at, seconds: at.seconds - first.seconds }));
  return { name, counts: ordered, endSeconds: ordered.at(-1)?.seconds ?? 0 };
}

/** A line that is stamped before those above it is the newer news of that time: it takes their place. */
function newestOnly(counts: readonly { seconds: number; nodes: number }[]): { seconds: number; nodes: number }[] {
  const kept: { seconds: number; nodes: number }[] = [];
  for (const count of counts) {
    while ((kept.at(-1)?.seconds ?? -Infinity) >= count.seconds) kept.pop();
    kept.push(count);
  }
  return kept;
}

/**
 * The gangs that a trace is worth playing with: all of its nodes when it has fewer than 16, else each power of two from
 * 16 up. Of several, those that are up nearly always or never teach nothing and are left out.
 */
export function gangsOf(trace: Trace, stepSeconds: number): GangTrace[] {
  const most = trace.counts.reduce((max, { nodes }) => Math.max(max, nodes), 0);
  const sizes = most < 16 ? [Math.max(most, 1)] : powersOfTwo(16, most);
  const all = sizes.map((size) => gang(trace, size, stepSeconds));
  const biting = all.filter(({ up }) => {
    const share = up.reduce((sum, one) => sum + one, 0) / up.length;
    return share > 0 && share < NEARLY_ALWAYS;
  });
  return all.length > 1 ? biting : all;
}

const NEARLY_ALWAYS = 0.99;

function powersOfTwo(from: number, to: number): number[] {
  return from > to ? [] : [from, ...powersOfTwo(2 * from, to)];
}

function gang(trace: Trace, size: number, stepSeconds: number): GangTrace {
  const up = new Uint8Array(Math.max(1, Math.floor(trace.endSeconds / stepSeconds)));
  let next = 0;
  let nodes = 0;
  for (let step = 0; step < up.length; step += 1) {
    for (let at = trace.counts[next]; at !== undefined && at.seconds <= step * stepSeconds; at = trace.counts[next]) {
      nodes = at.nodes;
      next += 1;
    }
    up[step] = nodes >= size ? 1 : 0;
  }
  return { name: size === 1 ? trace.name : `${trace.name} x ${size}`, nodes: size, up, stepSeconds };
}

/** How long the trace is up and down in the mean. One that is always up or down counts as one stay of its length. */
export function meansOf({ up, stepSeconds }: GangTrace): { meanUpSeconds: number; meanDownSeconds: number } {
  const steps = up.reduce((sum, one) => sum + one, 0);
  const losses = up.filter((one, i) => one === 1 && up[(i + 1) % up.length] === 0).length;
  const mean = (total: number) => (Math.max(total, 1) * stepSeconds) / Math.max(losses, 1);
  return { meanUpSeconds: mean(steps), meanDownSeconds: mean(up.length - steps) };
}
