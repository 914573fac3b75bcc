import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ModuleDefinition, ModuleRegistry } from './registry.ts';

const definition = (name: string, more: Partial<ModuleDefinition<null>> = {}): ModuleDefinition<null> => ({
  name,
  description: `the ${name}`,
  create: () => ({ name, start: async () => {}, stop: async () => {} }),
  ...more,
});

test('an empty choice is all, in the order they were added', () => {
  const registry = new ModuleRegistry([definition('gateway'), definition('approver')]);
  assert.deepEqual(
    registry.choose([]).map(({ name }) => name),
    ['gateway', 'approver'],
  );
  assert.deepEqual(
    registry.choose([' Approver ', '']).map(({ name }) => name),
    ['approver'],
  );
});

test('what is not known is named, with what is', () => {
  const registry = new ModuleRegistry([definition('gateway'), definition('approver')]);
  assert.throws(
    () => registry.choose(['gatewya', 'approver']),
    /unknown module gatewya: modules are approver, gateway/,
  );
});

test('a name is taken once; taking its place has to be said, and serves the same', () => {
  const registry = new ModuleRegistry([definition('downloader', { serves: 'downloader' })]);
  assert.throws(() => registry.add(definition('downloader')), /there is a module downloader already/);
  assert.throws(() => registry.add(definition('Down Loader')), /expected lower case/);
  assert.throws(() => registry.replace(definition('counter')), /no module counter to replace/);
  assert.throws(() => registry.replace(definition('downloader', { serves: 'uploader' })), /serves downloader/);
  registry.replace(definition('downloader', { serves: 'downloader', description: 'mine' }));
  assert.deepEqual(
    registry.all.map(({ description }) => description),
    ['mine'],
  );
});
