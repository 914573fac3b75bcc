import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { createLogger } from '@prairie/gfsp';
import fc from 'fast-check';
import { hourOf, LogFile } from './log-file.ts';

describe('log file', () => {
  let root: string;
  let made = 0;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'prairie-log-'));
  });
  after(() => rm(root, { recursive: true, force: true }));
  const place = () => join(root, String(++made), 'logs', 'sp.log');

  it('what is logged is in the file of the hour, and the link leads there', async () => {
    const path = place();
    const file = new LogFile({ path }, { now: () => new Date(2024, 4, 1, 8, 59) });
    await file.start();
    const logger = createLogger({ format: 'reference', write: file.write });
    logger.info('hello', { n: 1 });
    await file.stop();
    assert.equal(await readlink(path), 'sp.log.2024-05-01_08');
    const line = JSON.parse(await readFile(path, 'utf8'));
    assert.deepEqual([line.l, line.msg, line.n], ['info', 'hello', 1]);
  });

  it('every line is in exactly one file, in order, whatever the hours and the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text: fc.string({ maxLength: 40 }), minutes: fc.nat(90), wait: fc.boolean() }), {
          maxLength: 40,
        }),
        async (steps) => {
          const path = place();
          let now = new Date(2024, 4, 1, 8, 0);
          const copied: string[] = [];
          const copy = new Writable({
            write(chunk, _, done) {
              copied.push(String(chunk));
              done();
            },
          });
          const file = new LogFile({ path }, { now: () => now, copy });
          await file.start();
          const expected: string[] = [];
          for (const { text, minutes, wait } of steps) {
            const line = JSON.stringify(text);
            expected.push(line);
            file.write(line);
            if (wait) await file.flush();
            now = new Date(now.getTime() + minutes * 60_000);
          }
          await file.stop();
          const folder = join(path, '..');
          const files = (await readdir(folder)).filter((name) => name !== 'sp.log').sort();
          const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
          assert.equal(texts.join(''), expected.map((line) => `${line}\n`).join(''));
          assert.equal(copied.join(''), texts.join(''));
          if (expected.length > 0) assert.equal(await readlink(path), files.at(-1));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('lines that a full buffer has no room for are counted, and that is said', async () => {
    const path = place();
    const file = new LogFile({ path, bufferBytes: 100 });
    await file.start();
    for (let i = 0; i < 50; i++) file.write(`line ${i}, 18 bytes..`.slice(0, 18));
    assert.ok(file.dropped > 0);
    await file.stop();
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const said = JSON.parse(lines.at(-1)!);
    assert.deepEqual([said.l, said.count], ['warn', 50 - (lines.length - 1)]);
    assert.equal(file.dropped, 0);
  });

  it('lines that the disk refused are counted, and said when it takes lines again', async () => {
    const path = place();
    let now = new Date(2024, 4, 1, 8, 0);
    const file = new LogFile({ path }, { now: () => now });
    await file.start();
    file.write('first');
    await file.flush();
    const folder = join(path, '..');
    await rm(folder, { recursive: true });
    now = new Date(2024, 4, 1, 9, 0);
    file.write('lost');
    file.write('lost too');
    await file.flush();
    assert.equal(file.dropped, 2);
    const again = new LogFile({ path }, { now: () => now });
    await again.start();
    await again.stop();
    file.write('back');
    await file.stop();
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    assert.equal(lines[0], 'back');
    assert.equal(JSON.parse(lines[1]!).count, 2);
  });

  it('a file in the place of the link is left alone', async () => {
    const path = join(root, 'taken.log');
    await writeFile(path, 'precious');
    await assert.rejects(new LogFile({ path }).start(), /expected a link/);
    assert.equal(await readFile(path, 'utf8'), 'precious');
  });

  it('a copy that does not drain holds nothing up', async () => {
    const path = place();
    const copy = new Writable({ highWaterMark: 1, write: () => {} });
    const file = new LogFile({ path }, { copy });
    await file.start();
    for (let i = 0; i < 5; i++) {
      file.write(`line ${i}`);
      await file.flush();
    }
    await file.stop();
    assert.equal((await readFile(path, 'utf8')).trimEnd().split('\n').length, 5);
    assert.ok(copy.writableLength < 20);
  });

  it('hours are named in local time', () => {
    assert.equal(hourOf(new Date(2024, 0, 9, 3, 5)), '2024-01-09_03');
  });
});
