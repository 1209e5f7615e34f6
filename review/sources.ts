import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cdk } from '../shell/cdk';
import { Problem, reasonOf } from '../shell/problem';
import { type Finished, run } from '../shell/processes';
import type { Source } from './review';

const ROOT = join(__dirname, '..');
/** The CLI asks nobody who the default account is, should there be no credentials. */
const ENVIRONMENT = { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', AWS_EC2_METADATA_DISABLED: 'true' };

/** Where assemblies come from: folders that are there, this app, or this app as a commit has it. */
export class Sources {
  private readonly folder = mkdtempSync(join(tmpdir(), 'slipway-review-'));
  private readonly tree = join(this.folder, 'tree');
  private hasTree = false;

  /** @param say gets a line for each step that takes long */
  public constructor(private readonly say: (line: string) => void) {}

  /** The assembly in a folder, or this app's, synthesised now. */
  public async head(app: string | undefined): Promise<Source> {
    if (app !== undefined) return folder(app);
    this.say('synthesising the working tree');
    return { directory: await this.synth(ROOT, 'head'), label: 'the working tree' };
  }

  /**
   * The assembly in a folder, or that of a commit.
   *
   * @throws Problem for what is neither
   */
  public async base(base: string): Promise<Source> {
    if (existsSync(join(base, 'manifest.json'))) return folder(base);
    const commit = await commitOf(base);
    if (commit === undefined) {
      throw new Problem(
        existsSync(base)
          ? `--base ${base} is no cloud assembly: it has no manifest.json. Give a folder that cdk synth has written, or a commit`
          : `--base ${base} is neither a folder nor a commit, branch or tag of this repository. ` +
              'In CI a shallow clone may lack it: fetch it first',
      );
    }
    const label = `${base} (${commit.slice(0, 7)})`;
    this.say(`synthesising ${label}`);
    this.hasTree = true;
    await this.checkOut(commit);
    await this.dependencies();
    return { directory: await this.synth(this.tree, 'base'), label };
  }

  /** Removes what was made. Runs to its end, also while everything else is ending. */
  public remove(): void {
    // The link to the dependencies goes, and not what it leads to.
    rmSync(this.folder, { recursive: true, force: true });
    if (this.hasTree) execFileSync('git', ['worktree', 'remove', '--force', this.tree], { cwd: ROOT, stdio: 'ignore' });
  }

  private async checkOut(commit: string): Promise<void> {
    const { code, lines } = await git('worktree', 'add', '--quiet', '--detach', this.tree, commit);
    if (code !== 0) throw new Problem(`git worktree add failed:\n  ${lines.join('\n  ')}`);
  }

  /** Those of this tree where the lock file is the same, else their own. */
  private async dependencies(): Promise<void> {
    const lock = join(this.tree, 'package-lock.json');
    if (!existsSync(lock)) throw new Problem('the base has no package-lock.json: its dependencies are not known');
    if (readFileSync(lock).equals(readFileSync(join(ROOT, 'package-lock.json')))) {
      symlinkSync(join(ROOT, 'node_modules'), join(this.tree, 'node_modules'));
      return;
    }
    this.say('its dependencies are not those of the working tree: npm ci');
    const { code, lines } = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: this.tree });
    if (code !== 0) throw new Problem(`npm ci failed for the base:\n  ${lines.slice(-10).join('\n  ')}`);
  }

  private async synth(tree: string, name: string): Promise<string> {
    const directory = join(this.folder, name);
    try {
      await cdk(['synth', '--quiet', '--output', directory], ENVIRONMENT, { cwd: tree });
    } catch (error) {
      throw new Problem(`the ${name} cannot be synthesised: ${reasonOf(error)}`);
    }
    return directory;
  }
}

function folder(directory: string): Source {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new Problem(`${resolve(directory)} is no folder: give one that cdk synth has written`);
  }
  return { directory: resolve(directory), label: directory };
}

/** The commit that something names, or undefined. */
async function commitOf(name: string): Promise<string | undefined> {
  const { code, lines } = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  return code === 0 ? lines[0] : undefined;
}

async function git(...args: string[]): Promise<Finished> {
  try {
    return await run('git', args, { cwd: ROOT });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Problem('git is needed for a base that is no folder, and was not found');
  }
}
