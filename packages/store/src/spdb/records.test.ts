import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SpInfo, UPLOAD_LOGS, type UploadEvent } from '@prairie/gfsp';
import { openRaw } from '../testing/raw.ts';
import { MAX_EVENTS } from './event-logs.ts';
import { openSpDb } from './spdb.ts';
import { inEachEngine } from './testing/engines.ts';

const event: UploadEvent = {
  log: 'put_object_event_log',
  update_time: '2026-11-21 03:07:11.421 +0000 UTC',
  object_id: 2n ** 63n,
  bucket: 'photos',
  object: 'a.txt',
  state: 'Upload',
  error: '',
  logs: '1-gateway\n2-uploader\n',
};

const provider: SpInfo = {
  ...{ operator_address: '0x55Bb0651F974cd14E9aEf38776613a7837375683', is_own: false, id: 1, status: 0 },
  funding_address: '0x6c8401F183602191184297f453c67F44CE52AD3b',
  seal_address: '0xc7684C433c09ed001bFeE29c39F1A7A6A3971eC0',
  approval_address: '0x3a3c660F7a0D599977C9D90013745EB2dEEF1f0C',
  ...{ total_deposit: 10n ** 25n, endpoint: 'http://127.0.0.1:9033', moniker: 'sp0', identity: 'id' },
  ...{ website: 'http://website', security_contact: 'me', details: 'more' },
};
const other: SpInfo = { ...provider, operator_address: '0x015212dd21b409c60b60162d54913e4E364a8697', id: 5 };

inEachEngine('records for operators', ({ engine, fresh }) => {
  const quote = engine === 'mysql' ? '`' : '"';

  test('events are in the table of their log; long names are cut between characters', async (t) => {
    const address = await fresh();
    const [db, raw] = [await openSpDb(address), await openRaw(address)];
    t.after(() => Promise.all([db.close(), raw.close()]));
    const object = `${'a'.repeat(190)}😀😀`;
    await db.addUploadEvents([]);
    await db.addUploadEvents(UPLOAD_LOGS.map((log) => ({ ...event, log, object, error: '{"inner_code":1}' })));
    for (const log of UPLOAD_LOGS) {
      const rows = await raw.rows(`SELECT * FROM ${log}`);
      assert.equal(rows.length, 1, log);
      assert.equal(rows[0]!.object, `${'a'.repeat(190)}😀`);
      // SQLite has no unsigned numbers
      assert.equal(rows[0]!.object_id, engine === 'sqlite' ? '-9223372036854775808' : '9223372036854775808');
      assert.equal(rows[0]!.error, '{"inner_code":1}');
      assert.equal(rows[0]!.state, log.startsWith('put_') ? 'Upload' : undefined);
    }
  });

  test('a log keeps its newest rows', async (t) => {
    const address = await fresh();
    const [db, raw] = [await openSpDb(address), await openRaw(address)];
    t.after(() => Promise.all([db.close(), raw.close()]));
    await db.addUploadEvents([event, event]);
    // as if there had been as many as there may be
    await raw.execute(
      `INSERT INTO put_object_event_log (${quote}id${quote}, bucket) VALUES (${MAX_EVENTS}, 'b'), (${MAX_EVENTS + 1}, 'b')`,
    );
    if (engine === 'postgres') {
      await raw.execute(`ALTER TABLE put_object_event_log ALTER COLUMN id RESTART WITH ${MAX_EVENTS + 2}`);
    }
    await db.addUploadEvents([event]);
    const rows = await raw.rows('SELECT id FROM put_object_event_log ORDER BY id');
    assert.deepEqual(
      rows.map(({ id }) => Number(id)),
      [MAX_EVENTS, MAX_EVENTS + 1, MAX_EVENTS + 2],
    );
  });

  test('the list of providers is what it was set to, and only what differs is written', async (t) => {
    const db = await openSpDb(await fresh());
    t.after(() => db.close());
    const own = { ...provider, is_own: true };
    assert.equal(await db.setSpInfo([provider, other, own]), 3);
    assert.deepEqual(await db.listSpInfo(), [other, provider, own]);
    assert.equal(await db.setSpInfo([provider, other, own]), 0);
    const moved = { ...other, endpoint: 'http://moved.test', status: 2 };
    assert.equal(await db.setSpInfo([moved, provider, own]), 1);
    assert.equal(await db.setSpInfo([provider, own]), 1);
    assert.deepEqual(await db.listSpInfo(), [provider, own]);
  });
});
