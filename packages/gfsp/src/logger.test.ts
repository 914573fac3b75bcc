import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseTraceparent, traceContext, traceOfTask, withContext, writeTrace } from './context.ts';
import { defineErrors } from './errors.ts';
import { type LogFormat, localTime } from './log-formats.ts';
import { createLogger, type LogThreshold, parseLogLevel } from './logger.ts';
import { redactText } from './redact.ts';
import { newTask } from './tasks/lifetime.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function logged(format: LogFormat, fields: Record<string, unknown>, message = 'hello'): string {
  const lines: string[] = [];
  createLogger({ format, write: (line) => lines.push(line) })
    .child({ sp: 1 })
    .info(message, fields);
  return lines.join('\n');
}

describe('lines', () => {
  test('one JSON object a line, with everything that JSON does not know', () => {
    const { broken } = defineErrors('test', { broken: [500, 7, 'it broke'] });
    const line = JSON.parse(logged('json', { id: 7n, bytes: new Uint8Array(3), error: broken() }));
    assert.equal(line.message, 'hello');
    assert.equal(line.sp, 1);
    assert.equal(line.id, '7');
    assert.equal(line.bytes, '<3 bytes>');
    assert.deepEqual(line.error, { message: 'it broke', code: 7, space: 'test' });
  });

  test('plain lines are for people', () => {
    assert.match(logged('plain', { key: 'a b', n: 1 }), /^[\d:.]+ info {2}hello sp=1 key="a b" n=1$/);
  });

  test('reference lines: time, level, context, message, the rest', () => {
    const line = withContext({ request: 'r1', task: 'Uploading-x', trace: TRACE }, () =>
      logged('reference', { n: 1, bucket_name: 'b' }),
    );
    const parsed = JSON.parse(line);
    assert.deepEqual(Object.keys(parsed), [
      't',
      'l',
      'trace_id',
      'bucket_name',
      'task_key',
      'msg',
      'request',
      'sp',
      'n',
    ]);
    assert.equal(parsed.trace_id, '0af7651916cd43dd8448eb211c80319c');
    assert.match(parsed.t, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$/);
  });

  test('what a call is about is in every line; what the line says itself goes before', () => {
    withContext({ request: 'r1', task: 't1' }, () => {
      const parsed = JSON.parse(logged('json', { task: 'own' }));
      assert.deepEqual([parsed.request, parsed.task], ['r1', 'own']);
      assert.match(logged('plain', {}), / request=r1 task=t1 /);
    });
    assert.equal('request' in JSON.parse(logged('json', {})), false);
  });

  test('local time says the same instant', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }), (date) => {
        const text = localTime(date).replace(/(\d\d)$/, ':$1');
        assert.equal(new Date(text).getTime(), date.getTime());
      }),
    );
  });

  test('a line is one line, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (message, fields) => {
        for (const format of ['json', 'reference'] as const) {
          const line = logged(format, fields, message);
          assert.equal(line.includes('\n'), false);
          JSON.parse(line);
        }
      }),
    );
  });
});

describe('levels', () => {
  const written = (level: LogThreshold): string[] => {
    const levels: string[] = [];
    const logger = createLogger({ level, format: 'reference', write: (line) => levels.push(JSON.parse(line).l) });
    for (const name of ['debug', 'info', 'warn', 'error'] as const) logger[name]('x');
    logger.panic('x', new Error('boom'));
    return levels;
  };

  test('lines below the level are dropped', () => {
    assert.deepEqual(written('debug'), ['debug', 'info', 'warn', 'error', 'panic']);
    assert.deepEqual(written('warn'), ['warn', 'error', 'panic']);
    assert.deepEqual(written('panic'), ['panic']);
  });

  test('names of the configuration', () => {
    const names = ['debug', 'dbug', 'INFO', 'warning', 'eror', 'panic'];
    assert.deepEqual(names.map(parseLogLevel), ['debug', 'debug', 'info', 'warn', 'error', 'panic']);
    for (const bad of ['', 'loud', 'constructor']) assert.throws(() => parseLogLevel(bad), /expected debug/);
  });

  test('a panic has its stack', () => {
    const lines: string[] = [];
    createLogger({ write: (line) => lines.push(line) }).panic('the end', new Error('boom'));
    assert.match(JSON.parse(lines[0]!).stacktrace, /Error: boom\n.*logger\.test/);
  });
});

describe('secrets', () => {
  test('stay out by the name of their field', () => {
    const names = [
      'operator_private_key',
      'privateKey',
      'blsPrivKey',
      'bls_key',
      'db_passwd',
      'Authorization',
      'apiKey',
    ];
    for (const format of ['json', 'plain', 'reference'] as const) {
      for (const name of names) {
        assert.ok(!logged(format, { [name]: 'hunter2' }).includes('hunter2'), name);
        assert.ok(!logged(format, { nested: [{ [name]: 'hunter2' }] }).includes('hunter2'), name);
      }
    }
  });

  test('stay out of addresses, data source names and texts', () => {
    for (const text of [
      'postgres://sp:hunter2@db:5432/sp',
      'postgres://sp:hun@ter2@db:5432/sp',
      'http://:hunter2@proxy/',
      'root:hunter2@tcp(127.0.0.1:3306)/sp_db',
      'host=db user=sp password=hunter2 dbname=sp',
      '{"passwd":"hunter2"}',
      'secret: hunter2',
    ]) {
      assert.doesNotMatch(redactText(`cannot connect to ${text} now`), /hun(@t)?er2|ter2/, text);
      const error = new Error(`no ${text}`, { cause: new Error(text) });
      assert.doesNotMatch(logged('reference', { error, list: [text] }, text), /hun(@t)?er2|ter2/, text);
    }
  });

  test('and what is none stays', () => {
    for (const text of ['http://localhost:26657/status', 'a@b.c', 'GET /bucket?x=1', 'continuation_token=abc']) {
      assert.equal(redactText(text), text);
    }
  });
});

describe('trace of a call', () => {
  test('goes through headers and tasks', () => {
    const headers: Record<string, string> = {};
    traceContext.inject(headers);
    assert.deepEqual(headers, {});
    withContext({ trace: TRACE }, () => traceContext.inject(headers));
    assert.deepEqual(headers, { traceparent: TRACE });
    const task = traceContext.extract(headers, () => newTask());
    assert.match(task.logs, /^\d+-traceparent:00-.*-01\n$/);
    assert.deepEqual(traceOfTask(task), { trace: TRACE });
  });

  test('of a task is the first that was written', () => {
    const first = withContext({ trace: TRACE }, () => writeTrace({ logs: '1-began\n' }));
    const again = withContext({ trace: TRACE.replace('b7ad', 'ffff') }, () => writeTrace(first));
    assert.equal(again, first);
    assert.deepEqual(traceOfTask({ logs: `${first.logs}2-more\n` }), { trace: TRACE });
    assert.deepEqual(traceOfTask(newTask()), {});
    assert.deepEqual(traceOfTask(undefined), {});
  });

  test('that makes no sense is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(parseTraceparent(text), undefined);
        assert.deepEqual(traceOfTask({ logs: `1-traceparent:${text}\n` }), {});
      }),
    );
    assert.equal(parseTraceparent(TRACE.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32))), undefined);
  });
});
