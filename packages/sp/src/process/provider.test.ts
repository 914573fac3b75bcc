import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ModuleDefinition, silentLogger } from '@prairie/gfsp';
import type { ModuleContext } from './context.ts';
import { loadExtensions } from './extension.ts';
import { ownModules } from './modules.ts';
import { Provider } from './provider.ts';
import type { ProviderSettings } from './settings.ts';

/** Nothing listens there: these tests end before the chain is asked. */
const NOWHERE = 'http://127.0.0.1:1';

const settings = (more: Partial<ProviderSettings>): ProviderSettings => ({
  services: [],
  operatorAddress: '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F',
  version: 'test',
  chain: { rpcUrls: [NOWHERE], chainId: 'greenfield_9000-121' },
  dataDir: undefined,
  modules: { gateway: { host: '127.0.0.1', port: 0, domains: [] } },
  ...more,
});

test('a module that runs nowhere is named before anything starts', async () => {
  const provider = await Provider.open(settings({ services: ['gateway'] }), { logger: silentLogger });
  await assert.rejects(
    provider.start(),
    /gateway needs module signer, which this process neither runs nor is connected to/,
  );
  await provider.stop();
});

test('an unknown service is refused with those that are known', async () => {
  const opening = Provider.open(settings({ services: ['gateway', 'gatewya'] }), { logger: silentLogger });
  await assert.rejects(opening, /unknown module gatewya: modules are approver, authenticator, blocksyncer/);
});

test('a signer without keys is refused', async () => {
  const opening = Provider.open(settings({ services: ['signer'] }), { logger: silentLogger });
  await assert.rejects(opening, /the signer has no keys/);
});

test('the modules have the names of the reference', () => {
  assert.deepEqual(ownModules.map(({ name }) => name).sort(), [
    ...['approver', 'authenticator', 'blocksyncer', 'downloader', 'gateway', 'manager', 'metadata', 'receiver'],
    ...['signer', 'taskexecutor', 'uploader'],
  ]);
});

test('a module of an extension runs beside ours, and alone when it is chosen alone', async () => {
  const seen: string[] = [];
  const mine: ModuleDefinition<ModuleContext> = {
    name: 'mine',
    description: 'A module of a user.',
    create: ({ resources, settings: given }) => ({
      name: 'mine',
      start: async () => void seen.push(`start ${resources.name} ${given.operatorAddress.slice(0, 6)}`),
      stop: async () => void seen.push('stop'),
    }),
  };
  const aids = { logger: silentLogger, extensions: [{ modules: [mine] }] };
  const provider = await Provider.open(settings({ services: ['mine'] }), aids);
  assert.deepEqual(provider.services, ['mine']);
  await provider.start();
  await provider.stop();
  assert.deepEqual(seen, ['start mine 0x047e', 'stop']);
});

test('plugins are loaded from files, and what is wrong with one is said', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'prairie-plugin-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'good.mjs'), 'export const extension = { modules: [] };\n');
  writeFileSync(join(folder, 'empty.mjs'), 'export const other = 1;\n');
  writeFileSync(join(folder, 'broken.mjs'), 'throw new Error("no disk");\n');
  assert.deepEqual(await loadExtensions(['./good.mjs'], folder), [{ modules: [] }]);
  await assert.rejects(loadExtensions(['./empty.mjs'], folder), /empty.mjs exports no "extension"/);
  await assert.rejects(loadExtensions(['./broken.mjs'], folder), /broken.mjs could not be loaded: no disk/);
  await assert.rejects(loadExtensions(['@nobody/nothing'], folder), /@nobody\/nothing could not be loaded/);
});
