import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../../shell/python';

jest.setTimeout(600_000);

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'slipway-python-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the Python environment', () => {
  it('is made once, and anew when the requirements change, or the Python it was made of does', async () => {
    const requirements = join(folder, 'requirements.txt');
    const said: string[] = [];
    const make = () => pythonEnvironment(join(folder, 'venv'), [requirements], (line) => said.push(line));

    writeFileSync(requirements, '');
    const python = await make();
    expect(await make()).toBe(python);
    expect(said).toEqual(['making a Python environment (once)']);

    writeFileSync(requirements, '# another one\n');
    await make();
    expect(said).toHaveLength(2);

    const stamp = join(folder, 'venv', '.requirements');
    writeFileSync(stamp, readFileSync(stamp, 'utf8').replace(/\n3\.\d+\.\d+/, '\n3.11.0'));
    await make();
    expect(said).toHaveLength(3);

    rmSync(python);
    symlinkSync(join(folder, 'gone'), python);
    await make();
    expect(said).toHaveLength(4);
    expect(await make()).toBe(python);
    expect(said).toHaveLength(4);
  });

  it('is made once, when two want it at the same time', async () => {
    const requirements = join(folder, 'requirements.txt');
    const said: string[] = [];
    const make = () => pythonEnvironment(join(folder, 'new', 'venv'), [requirements], (line) => said.push(line));

    writeFileSync(requirements, '');
    expect(new Set(await Promise.all([make(), make()]))).toEqual(
      new Set([join(folder, 'new', 'venv', 'bin', 'python')]),
    );
    expect(said.sort()).toEqual([
      'another run is making the Python environment, waiting',
      'making a Python environment (once)',
    ]);
    expect(readdirSync(join(folder, 'new'))).toEqual(['venv']);
  });

  it('fails when there is no Python', async () => {
    await expect(pythonEnvironment(join(folder, 'venv'), [], () => undefined, { PATH: folder })).rejects.toThrow(
      'Python 3.11, 3.12 or 3.13 with its venv module is needed; of python3.13, python3.12, python3.11, python3, ' +
        'python none is there: install one (on Debian: apt-get install python3 python3-venv)',
    );
  });

  it('fails when there are other Pythons only, and names them', async () => {
    fake('python3', 'echo 3.10.2');
    fake('python3.12', 'echo 3.12.1; exit 1');
    await expect(pythonEnvironment(join(folder, 'venv'), [], () => undefined, { PATH: folder })).rejects.toThrow(
      'python none fits: python3.12 is 3.12.1 without venv, python3 is 3.10.2: install one',
    );
  });

  it('fails when the index of packages cannot be reached, and says nothing else', async () => {
    const nowhere = 'http://127.0.0.1:9/';
    const offline = {
      ...process.env,
      ...{ PIP_INDEX_URL: nowhere, PIP_FIND_LINKS: '', PIP_NO_CACHE_DIR: '1' },
      ...{ UV_INDEX_URL: nowhere, UV_NO_CACHE: '1' },
    };
    await expect(makeWith('six==1.17.0', offline)).rejects.toThrow(
      /^Cannot reach the Python package index; connect, or set PIP_INDEX_URL to a mirror$/,
    );
  });

  it('fails when a package cannot be installed, with the last error of the tool', async () => {
    await expect(makeWith('six==0.0.0.1', process.env)).rejects.toThrow(
      /^pip install failed: ERROR: No matching distribution found for six==0\.0\.0\.1$/,
    );
  });

  it('fails when it cannot be made, with the last error of the tool', async () => {
    fake('python3', 'if [ "$1" = -c ]; then echo 3.12.1; else echo "Error: no space" >&2; exit 1; fi');
    await expect(pythonEnvironment(join(folder, 'venv'), [], () => undefined, { PATH: folder })).rejects.toThrow(
      /^python3 -m venv failed: Error: no space$/,
    );
  });
});

/** A command of this name, which runs a shell script. */
function fake(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

async function makeWith(requirement: string, env: NodeJS.ProcessEnv): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, `${requirement}\n`);
  return pythonEnvironment(join(folder, 'venv'), [requirements], () => undefined, env);
}
