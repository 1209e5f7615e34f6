import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WorkFolder } from '../../local/work-folder';
import { itOnLinux, processesWith } from '../processes';
import { StartRun } from './start-run';

jest.setTimeout(300_000);
afterEach(() => StartRun.clear());

describe('npm start', () => {
  itOnLinux('shows answer, captured record and alarms, stops everything and ends with 0', async () => {
    const start = StartRun.withPython();
    await expect(start.ended).resolves.toBe(0);

    for (const environment of ['local', 'dev', 'staging', 'prod']) {
      const [stacks, alarms] = environment === 'staging' ? [4, 4] : [5, 8];
      expect(start.told).toMatch(
        new RegExp(
          `^ +${environment}: ${stacks} stacks, \\d+ resources, ${alarms} alarms, 0 open findings, \\d+ acknowledgements$`,
          'm',
        ),
      );
    }
    expect(start.told).toMatch(
      /local-serving \d+\/\d+ CREATE_COMPLETE AWS::SageMaker::Endpoint local\/serving\/Endpoint/,
    );
    expect(start.told).toContain('InService, primary with 1 instance(s), weight 1');
    expect(start.told).toMatch(/"label": ?"malignant".*"label": ?"benign"/);
    expect(start.told).toMatch(/"endpointInput".*"observedContentType": ?"application\/json"/);
    expect(start.told).toMatch(
      /OK +Endpoint local-ml-endpoint, variant primary, answers slowly: p95 of ModelLatency above 50 ms/,
    );
    expect(start.told).toMatch(/\d+ roles made \d+ calls .*: 0 permissions missing, 0 undecided, \d+ never used/);
    expect(readFileSync(join(start.workDir, 'access.txt'), 'utf8')).toMatch(/^local\/serving\/Endpoint\/Role \(/m);
    expect(start.left()).toEqual([]);
    expect(start.runFolders()).toEqual([]);
  });

  itOnLinux('with --keep prints all a client needs, stays up until Ctrl-C, and then ends with 0', async () => {
    const start = StartRun.withPython(['--keep']);
    await start.says(/Ctrl-C stops it/);
    expect(start.told).toMatch(/its clock runs as fast as yours from now on, [1-9]\d* minutes ahead of it/);

    const exports = Object.fromEntries(
      start.lines.flatMap((line) => {
        const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, value]];
      }),
    ) as Record<string, string>;
    const list =
      'import boto3; print([e["EndpointName"] for e in boto3.client("sagemaker").list_endpoints()["Endpoints"]])';
    const python = join(start.workDir, 'venv', 'bin', 'python');
    const { stdout } = await promisify(execFile)(python, ['-c', list], { env: exports });
    expect(stdout).toBe("['local-ml-endpoint']\n");

    start.child.kill('SIGINT');
    await expect(start.ended).resolves.toBe(0);
    expect(start.left()).toEqual([]);
    expect(start.runFolders()).toEqual([]);
    await expect(fetch(exports['AWS_ENDPOINT_URL'] ?? '')).rejects.toThrow();
  });

  itOnLinux('with --keep says so when the emulators die, names the logs, and ends with 1', async () => {
    const start = StartRun.withPython(['--keep']);
    await start.says(/Ctrl-C stops it/);
    for (const { pid } of processesWith(start.folder).filter(({ command }) => command.includes('local.engine'))) {
      process.kill(pid, 'SIGKILL');
    }
    await expect(start.ended).resolves.toBe(1);

    expect(start.told).toContain('the local cloud has ended by itself: local cloud: the engine ended by itself');
    expect(start.left()).toEqual([]);
    const logs = start.lines.slice(start.lines.indexOf('Logs, until the next npm start:') + 1);
    const named = logs.map((line) => line.trim()).filter((line) => line.endsWith('.log'));
    expect(named).toEqual([
      expect.stringMatching(/\/local-cloud\.log$/),
      expect.stringMatching(/\/sagemaker\/logs\/local-ml-endpoint\/.*\.log$/),
    ]);
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  itOnLinux('stopped by Ctrl-C while Python packages install, installs nothing more, and ends with 130', async () => {
    const start = StartRun.fromNothing();
    await start.runs(/ -m pip install /);
    start.child.kill('SIGINT');
    await expect(start.ended).resolves.toBe(130);

    expect(start.lines).toEqual([
      '',
      expect.stringMatching(/^Python environment/),
      expect.anything(),
      '',
      'SIGINT: stopping',
      '  everything that was started is stopped',
    ]);
    expect(start.left()).toEqual([]);
    expect(readdirSync(start.workDir)).toEqual(['venv']);
  });

  itOnLinux('stopped by Ctrl-C while an app is synthesised, does not wait for it', async () => {
    const start = StartRun.withPython([], { NODE_OPTIONS: `--require ${endlessApp()}` });
    await start.says(/^Synth of every environment/);
    await start.runs(/bin\/slipway\.ts/);
    start.child.kill('SIGINT');
    await expect(start.ended).resolves.toBe(130);
    expect(start.left()).toEqual([]);
    expect(start.runFolders()).toEqual([]);
  });

  itOnLinux('stopped by Ctrl-C in the middle leaves nothing, and ends with 130', async () => {
    const start = StartRun.withPython();
    await start.says(/^Bootstrap and images/);
    start.child.kill('SIGINT');
    await expect(start.ended).resolves.toBe(130);
    expect(start.left()).toEqual([]);
    expect(start.runFolders()).toEqual([]);
  });

  itOnLinux('killed the hard way, leaves no process, and the next run removes its folder', async () => {
    const start = StartRun.withPython();
    await start.says(/^Synth of every environment/);
    start.child.kill('SIGKILL');
    await start.ended;
    await start.gone();
    expect(start.left()).toEqual([]);

    expect(start.runFolders()).toEqual([expect.stringMatching(`^run-${String(start.child.pid)}-`)]);
    new WorkFolder(start.workDir).newRun();
    expect(start.runFolders()).toEqual([expect.stringMatching(`^run-${process.pid}-`)]);
  });
});

/** A script that keeps the app running for ever, once Node loads it first. */
function endlessApp(): string {
  const script = join(StartRun.scratch(), 'endless.cjs');
  writeFileSync(script, "if (process.argv.join().includes('bin/slipway.ts')) setInterval(() => undefined, 1_000_000);");
  return script;
}
