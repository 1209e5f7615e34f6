import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

/** Folders that hold no documents of this repository, and are not looked into. */
const LEFT_OUT = new Set(['node_modules', 'build', 'dist', 'cdk.out', 'coverage']);

/** A Markdown file of this repository. */
export class Document {
  /** Path below the root. */
  public readonly path: string;
  /** The whole text. */
  public readonly text: string;
  /** The text without its code blocks. */
  public readonly prose: string;

  public constructor(path: string) {
    this.path = path;
    this.text = readFileSync(join(ROOT, path), 'utf8');
    this.prose = this.text.replace(/^```.*?^```$/gms, '');
  }

  /** Headings of a level in order, each with its text down to the next heading of that level or a higher one. */
  public sections(level: number): { title: string; anchor: string; text: string }[] {
    const starts = headings(this.text);
    const anchors = this.anchors;
    return starts.flatMap((heading, i) => {
      if (heading.level !== level) return [];
      const next = starts.slice(i + 1).find((other) => other.level <= level);
      const text = this.text.slice(heading.end, next?.start);
      return [{ title: heading.title, anchor: anchors[i] ?? '', text }];
    });
  }

  /** What GitHub names the headings: a heading that comes again gets a number. */
  public get anchors(): string[] {
    const seen = new Map<string, number>();
    return headings(this.text).map(({ title }) => {
      const slug = title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-');
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    });
  }

  /** Targets of links that lead into this repository. */
  public get links(): string[] {
    return [...this.prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target));
  }

  /** Code blocks of a language. */
  public code(language: string): string[] {
    return [...this.text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
      ([, code = '']) => code,
    );
  }

  /** What is wrong with a link, or undefined. */
  public brokenBy(target: string): string | undefined {
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? this.path : posix.join(posix.dirname(this.path), file);
    if (!existsSync(join(ROOT, path))) return `${this.path}: ${target} leads to no file`;
    if (anchor === undefined || new Document(path).anchors.includes(anchor)) return undefined;
    return `${this.path}: ${target} leads to no heading`;
  }
}

/** Every Markdown file of the repository. */
export function documents(folder = ''): Document[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isFile()) return entry.name.endsWith('.md') ? [new Document(path)] : [];
    return entry.isDirectory() && !entry.name.startsWith('.') && !LEFT_OUT.has(entry.name) ? documents(path) : [];
  });
}

/** Folders that hold source: neither empty, nor hidden, nor made by a tool. */
export function rooms(): string[] {
  const made = ['build', 'cdk.out', 'coverage', 'dist', 'node_modules'];
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !made.includes(entry.name))
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(ROOT, name)).length > 0)
    .sort();
}

function headings(text: string): { level: number; title: string; start: number; end: number }[] {
  // Of the same length, so that places in one are places in the other: comments of shell scripts look like headings.
  const withoutCode = text.replace(/^```.*?^```$/gms, (block) => block.replace(/[^\n]/g, ' '));
  return [...withoutCode.matchAll(/^(#+) (.+)$/gm)].map(({ 0: line, 1: marks = '', 2: title = '', index }) => ({
    level: marks.length,
    title,
    start: index,
    end: index + line.length,
  }));
}
