/** What providers of the reference sent one another is read and verified as they meant it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import type { MessageType } from '@prairie/chain';
import { MigrateGVGTask, MigratePieceTask, RecoverPieceTask } from '@prairie/gfsp';
import { headerTask, taskSigner } from '../header-message.ts';
import { MIGRATE_GVG_MSG_HEADER, MIGRATE_PIECE_MSG_HEADER } from './migrate-piece.ts';
import { RECOVERY_MSG_HEADER } from './recover-piece.ts';

interface Exchange {
  request_headers: [string, string][];
}

const fixture = (name: string) =>
  readFileSync(new URL(`../../../../../test/fixtures/${name}`, import.meta.url), 'utf8');
const exchanges = (name: string) =>
  fixture(`sp/${name}.jsonl`)
    .trim()
    .split('\n')
    .map((line): Exchange => JSON.parse(line));

/** Operators of the recorded network. */
const keys = fixture('keys.json');

function read<T>(type: MessageType<T>, { request_headers }: Exchange, name: string): T {
  const headersDistinct = Object.fromEntries(request_headers.map(([key, value]) => [key.toLowerCase(), [value]]));
  return headerTask(type, { message: { headersDistinct } as unknown as IncomingMessage }, name);
}

test('requests for recovery are signed by operators', () => {
  const all = exchanges('recovery-get-piece');
  assert.ok(all.length > 0);
  for (const exchange of all) {
    const task = read(RecoverPieceTask, exchange, RECOVERY_MSG_HEADER);
    assert.ok(task.object_info.id > 0n);
    assert.ok(keys.includes(taskSigner(RecoverPieceTask, task)));
  }
});

test('requests for pieces that migrate are signed by the operator of the destination', () => {
  const all = exchanges('migrate-piece');
  assert.ok(all.length > 0);
  for (const exchange of all) {
    const migration = read(MigrateGVGTask, exchange, MIGRATE_GVG_MSG_HEADER);
    const { object_info } = read(MigratePieceTask, exchange, MIGRATE_PIECE_MSG_HEADER);
    assert.ok(keys.includes(taskSigner(MigrateGVGTask, migration)));
    assert.equal(object_info.bucket_name, 'fx-mig');
  }
});
