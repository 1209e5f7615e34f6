import { join } from 'node:path';
import { run } from '../../shell/processes';

it('importing the library loads no service of aws-cdk-lib: each is loaded by what first uses it', async () => {
  const script = `
    require('./constructs');
    const loaded = Object.keys(require.cache).map((file) => /aws-cdk-lib.(aws-[^/\\\\]+)/.exec(file)?.[1]);
    console.log(JSON.stringify([...new Set(loaded)].filter(Boolean)));`;
  const root = join(__dirname, '..', '..');
  const { lines } = await run(process.execPath, ['--import', 'tsx', '-e', script], { cwd: root });
  expect(lines).toEqual(['[]']);
}, 60_000);
