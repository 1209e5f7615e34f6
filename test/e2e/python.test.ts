import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../../local/python';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'slipway-python-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the Python environment', () => {
  it('is made once, and anew when the requirements change', async () => {
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
  }, 120_000);

  it('fails when there is no Python', async () => {
    const nothing = { PATH: folder };
    await expect(pythonEnvironment(join(folder, 'venv'), [], () => undefined, nothing)).rejects.toThrow(
      'Python 3.11, 3.12 or 3.13 with its venv module is needed, and none of ' +
        'python3.13, python3.12, python3.11, python3, python is one: install it (on Debian: apt-get install python3 python3-venv)',
    );
  });

  it('fails when there is no network', async () => {
    const requirements = join(folder, 'requirements.txt');
    writeFileSync(requirements, 'six==1.17.0\n');
    const nowhere = 'http://127.0.0.1:9/';
    const offline = {
      ...process.env,
      ...{ PIP_INDEX_URL: nowhere, PIP_RETRIES: '0', PIP_FIND_LINKS: '', PIP_NO_CACHE_DIR: '1' },
      ...{ UV_INDEX_URL: nowhere, UV_NO_CACHE: '1' },
    };
    const said: string[] = [];
    const made = pythonEnvironment(join(folder, 'venv'), [requirements], (line) => said.push(line), offline);
    await expect(made).rejects.toThrow(/^pip install failed \(is there a network\?\): .*six==1\.17\.0/);
    expect(said).toContain('uv could not do it, trying pip');
  }, 120_000);
});
