import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addressOf, blsPublicKey } from '@prairie/chain';
import { createLogger } from '@prairie/gfsp';
import { openKeys, type SignerKeySources } from './keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
after(() => rmSync(folder, { recursive: true }));
const lines: string[] = [];
const logger = createLogger({ write: (line) => lines.push(line) });

const secret = (n: number): Buffer => Buffer.alloc(32, n);
const hex = (n: number): string => secret(n).toString('hex');
const sources: SignerKeySources = { operator: secret(1), seal: secret(2), approval: hex(3), gc: hex(4), bls: hex(5) };

function file(name: string, text: string, mode: number): { file: string } {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return { file: path };
}

const openWith = (over: Partial<SignerKeySources>) => openKeys({ ...sources, ...over }, {}, { logger });

test('keys come as bytes, as hex and from files', async () => {
  const gc = file('gc', `  0x${hex(9).toUpperCase()}\n`, 0o600);
  const ring = await openWith({ gc });
  assert.deepEqual(
    [ring.operator, ring.seal, ring.approval, ring.gc].map(({ address }) => address),
    [1, 2, 3, 9].map((n) => addressOf(secret(n))),
  );
  assert.deepEqual(ring.bls.publicKey, blsPublicKey(secret(5)));
  await ring.close();
});

test('a file that every user may read is refused, one that a group may read gets a warning', async () => {
  const open = file('open', hex(9), 0o604);
  await assert.rejects(openWith({ gc: open }), /gc key cannot be read from .*open: every user .* run chmod 600 on it/);
  await (await openWith({ gc: file('group', hex(9), 0o640) })).close();
  assert.ok(lines.some((line) => line.includes('the group of a key file may read the key') && line.includes('"gc"')));
  await assert.rejects(openWith({ gc: { file: join(folder, 'none') } }), /gc key cannot be read from .*ENOENT/);
  const odd = file('odd', `${hex(9)}${hex(9)}`, 0o600);
  await assert.rejects(openWith({ gc: odd }), (error: Error) => {
    assert.match(error.message, /gc key is no key: expected 64 hex digits, got 128 characters/);
    return !error.message.includes(hex(9)) && !lines.join().includes(hex(9));
  });
});
