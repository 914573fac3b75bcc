import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineErrors } from './errors.ts';
import { createLogger } from './logger.ts';

function logged(format: 'json' | 'plain', fields: Record<string, unknown>): string {
  const lines: string[] = [];
  createLogger({ format, write: (line) => lines.push(line) })
    .child({ sp: 1 })
    .info('hello', fields);
  return lines.join('\n');
}

test('one JSON object a line, with everything that JSON does not know', () => {
  const { broken } = defineErrors('test', { broken: [500, 7, 'it broke'] });
  const line = JSON.parse(logged('json', { id: 7n, bytes: new Uint8Array(3), error: broken() }));
  assert.equal(line.message, 'hello');
  assert.equal(line.sp, 1);
  assert.equal(line.id, '7');
  assert.equal(line.bytes, '<3 bytes>');
  assert.deepEqual(line.error, { message: 'it broke', code: 7, space: 'test' });
});

test('secrets stay out', () => {
  for (const format of ['json', 'plain'] as const) {
    const line = logged(format, { operator_private_key: 'abc', nested: { password: 'def' }, privateKey: 'ghi' });
    assert.ok(!/abc|def|ghi/.test(line), line);
  }
});

test('plain lines are for people', () => {
  assert.match(logged('plain', { key: 'a b', n: 1 }), /^[\d:.]+ info {2}hello sp=1 key="a b" n=1$/);
});

test('lines below the level are dropped', () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'warn', write: (line) => lines.push(line) });
  logger.info('no');
  logger.error('yes');
  assert.equal(lines.length, 1);
});
