/** What the README says to type, typed: the storage commands, and the files for suites of the upstream scripts. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DevnetProcess, startDevnet } from '../support/devnet-process.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const prairie = join(project, 'packages/cli/bin/prairie.mjs');
const readme = readFileSync(join(project, 'README.md'), 'utf8');

describe('the README', () => {
  let folder: string;
  let devnet: DevnetProcess;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prairie-readme-'));
    copyFileSync(join(project, 'README.md'), join(folder, 'README.md'));
    const localup = ['--localup-dir', join(folder, 'localup')];
    devnet = await startDevnet(['--data-dir', join(folder, 'data'), '--rpc-port', '0', '--sp-port', '0', ...localup]);
  });

  after(async () => {
    await devnet?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    const env = { ...process.env, PRAIRIE_RPC: devnet.rpc };
    return promisify(execFile)(process.execPath, [prairie, ...args], { cwd: folder, env, timeout: 60_000 });
  }

  const commands = [...readme.matchAll(/^npx prairie (.+)$/gm)].map((match) => match[1]!);

  it('has commands to store a file', () => assert.ok(commands.length >= 5));

  for (const command of commands) {
    it(`npx prairie ${command}`, async () => {
      const { stdout } = await run(...command.split(' '));
      assert.notEqual(stdout.trim(), '');
      if (command.startsWith('object put')) assert.match(stdout, /uploaded .* replicated 6\/6 · sealed in block \d+/);
    });
  }

  const urls = [...readme.matchAll(/^curl "?http:\/\/127\.0\.0\.1:9033([^"\n]*)"?$/gm)].map((match) => match[1]!);

  it('has calls over HTTP', () => assert.ok(urls.length >= 3));

  for (const url of urls) {
    it(`curl ${url}`, async () => {
      const { port } = new URL(devnet.sps[0]!.endpoint);
      const answer = await fetch(`http://127.0.0.1:${port}${url}`);
      const text = await answer.text();
      assert.equal(answer.status, 200, text);
      if (url.includes('prefix=')) assert.match(text, /<ObjectName>readme\.md<\/ObjectName>/);
      else JSON.parse(text);
    });
  }

  it('gave back what was stored', () => {
    assert.equal(readFileSync(join(folder, 'copy.md'), 'utf8'), readFileSync(join(folder, 'README.md'), 'utf8'));
  });

  it('says --json is one line for every command', async () => {
    for (const args of [
      ['sp', 'ls'],
      ['ls'],
      ['ls', 'gnfd://my-first-bucket'],
      ['object', 'head', 'gnfd://my-first-bucket/readme.md'],
    ]) {
      const { stdout } = await run(...args, '--json');
      assert.equal(stdout.trimEnd().split('\n').length, 1);
      JSON.parse(stdout);
    }
  });

  it('ends with an error that names the next step', async () => {
    const refused = run('object', 'put', 'README.md', 'gnfd://no-such-bucket/readme.md');
    await assert.rejects(refused, (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 2);
      assert.match(error.stderr, /error: there is no bucket no-such-bucket\n {2}next: prairie bucket create/);
      return true;
    });
  });

  it('writes the account files of the upstream scripts', () => {
    for (const file of ['validator0/info', 'challenger0/challenger_info']) {
      const lines = readFileSync(join(folder, 'localup', file), 'utf8')
        .trim()
        .split('\n');
      assert.equal(lines.at(-1)!.split(' ').length, 12, file);
    }
  });
});
