import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkBoundaries, ROOMS } from './check-boundaries.ts';
import { findImports } from './find-imports.ts';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));

/** A project of some rooms; `files` come on top. Declares what each package needs to be well. */
async function faultsOf(files: Record<string, string>, dependencies: Record<string, string[]> = {}): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'prairie-rooms-'));
  try {
    const all: Record<string, string> = { 'package.json': JSON.stringify({ devDependencies: { 'fast-check': '4' } }) };
    for (const room of ['chain', 'gfsp', 'store', 'sp', 'client']) {
      const needed = Object.fromEntries((dependencies[room] ?? []).map((name) => [name, '1']));
      const exports = { '.': './src/index.ts', './extra': './src/extra.ts' };
      all[`packages/${room}/package.json`] = JSON.stringify({ dependencies: needed, exports });
    }
    for (const [path, text] of Object.entries({ ...all, ...files })) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    return await checkBoundaries(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

test('imports downwards, of declared packages, are well', async () => {
  const files = {
    'packages/gfsp/src/index.ts':
      "import { encode } from '@prairie/chain';\nimport { extra } from '@prairie/chain/extra';\n",
    'packages/store/src/index.ts': "import type { Task } from '@prairie/gfsp';\nimport { join } from 'node:path';\n",
    'packages/store/src/index.test.ts': "import fc from 'fast-check';\nimport './testing/contract.ts';\n",
    'packages/store/src/testing/contract.ts': "import fc from 'fast-check';\n",
    'packages/sp/src/provider.ts': "export * from './gater/index.ts';\n",
    'packages/sp/src/gater/index.ts': "import { shared } from '../shared/index.ts';\n",
    'test/e2e/all.test.ts': "import { encode } from '@prairie/chain';\n",
  };
  assert.deepEqual(await faultsOf(files, { gfsp: ['@prairie/chain'], store: ['@prairie/gfsp'] }), []);
});

const offences: [string, Record<string, string>, Record<string, string[]>, RegExp][] = [
  [
    'an import upwards',
    { 'packages/chain/src/a.ts': "export { x } from '@prairie/sp';" },
    { chain: ['@prairie/sp'] },
    /a\.ts imports @prairie\/sp: chain may import no other room only/,
  ],
  [
    'a deep import',
    { 'packages/gfsp/src/a.ts': "import { x } from '@prairie/chain/src/wire.ts';" },
    { gfsp: ['@prairie/chain'] },
    /@prairie\/chain does not export \.\/src\/wire\.ts/,
  ],
  [
    'a way around the name',
    { 'packages/gfsp/src/a.ts': "import { x } from '../../chain/src/wire.ts';" },
    {},
    /reach other rooms by their name, @prairie\/chain/,
  ],
  [
    'a module that imports a module',
    { 'packages/sp/src/gater/a.ts': "const { x } = await import('../uploader/index.ts');" },
    {},
    /modules never import each other/,
  ],
  [
    'a GPL package at run time',
    { 'packages/client/src/a.ts': "import { Client } from '@bnb-chain/greenfield-js-sdk';" },
    { client: ['@bnb-chain/greenfield-js-sdk'] },
    /GPL package/,
  ],
  [
    'test support at run time',
    { 'packages/store/src/a.ts': "import './testing/contract.ts';" },
    {},
    /the program does not load it/,
  ],
  [
    'a package that is not declared',
    { 'packages/store/src/a.ts': "import 'left-pad/deep';" },
    {},
    /declare left-pad in packages\/store\/package\.json/,
  ],
  [
    'a package that is declared for nothing',
    {},
    { store: ['left-pad'] },
    /packages\/store\/package\.json declares left-pad, which nothing there imports/,
  ],
  [
    'a package that tests alone use',
    { 'packages/store/src/a.test.ts': "import { x } from 'left-pad';" },
    { store: ['left-pad'] },
    /declares left-pad, which nothing there imports/,
  ],
  [
    'an undeclared package of the tests',
    { 'test/a.ts': "import 'left-pad';" },
    {},
    /declare left-pad in the development/,
  ],
  ['a bare name of Node', { 'packages/chain/src/a.ts': "import fs from 'fs';" }, {}, /write node:fs/],
  ['an unknown room', { 'packages/attic/package.json': '{}' }, {}, /packages\/attic is no known room/],
  [
    'a GPL package that comes along',
    { 'package-lock.json': JSON.stringify({ packages: { 'node_modules/x': { license: 'GPL-3.0' } } }) },
    {},
    /node_modules\/x is GPL-3\.0 and not a development dependency/,
  ],
];

for (const [name, files, dependencies, fault] of offences) {
  test(`refuses ${name}`, async () => {
    const faults = await faultsOf(files, dependencies);
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0]!, fault);
  });
}

test('rooms import downwards only', () => {
  const order = Object.keys(ROOMS);
  for (const [room, below] of Object.entries(ROOMS)) {
    for (const other of below) assert.ok(order.indexOf(other) < order.indexOf(room), `${room} → ${other}`);
  }
});

test('the project has a place for each of its packages', async () => {
  const faults = await checkBoundaries(PROJECT);
  assert.deepEqual(
    faults.filter((fault) => fault.includes('no known room')),
    [],
  );
});

test('imports are found in all their forms, and not in comments', () => {
  // Written with other quotes, so that the check of this very file finds nothing.
  const source = `
    import a from «a»;
    import type { B,
      C } from «b»;
    export * from «./c.ts»;
    import «d»;
    const e = await import(«e»);
    type F = import(«f»).F;
    const g = createRequire(import.meta.url)(«g»);
    // import h from «h»;
    /** import i from «i» */
    const text = "import nothing from nowhere";
    const j = import.meta.resolve(«j»);`.replaceAll(/[«»]/g, "'");
  assert.deepEqual(findImports(source).sort(), ['./c.ts', 'a', 'b', 'd', 'e', 'f', 'g', 'j']);
});
