import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GfSpError } from '../../errors.ts';
import { toQueueError } from './errors.ts';
import { type PostgresQueueOptions, resolveOptions } from './options.ts';

const connectionString = 'postgres://user:hush%20hush@db.example:5433/queues?sslmode=require';

test('the password may come apart from the connection string, and is known as a secret', () => {
  const { client, secrets, where } = resolveOptions({ connectionString, password: 'other/word' });
  assert.equal(client.connectionString, 'postgres://user:other%2Fword@db.example:5433/queues?sslmode=require');
  assert.deepEqual(secrets, ['other%2Fword', 'other/word']);
  assert.equal(where, 'db.example:5433/queues');
});

test('a wrong option is refused by its name, without the password', () => {
  const wrong: [Partial<PostgresQueueOptions>, RegExp][] = [
    [{ connectionString: 'mysql://user:hush@host/db' }, /connection string/],
    [{ connectionString: 'postgres://user:hush%zz@host/db' }, /connection string/],
    [{ connectionString: 'hush' }, /connection string/],
    [{ schema: 'Prairie; DROP TABLE x' }, /schema/],
    [{ poolSize: 0 }, /poolSize 0: expected/],
    [{ statementTimeoutMs: Number.NaN }, /statementTimeoutMs/],
    [{ sweepMs: 1 }, /sweepMs/],
  ];
  for (const [change, says] of wrong) {
    assert.throws(
      () => resolveOptions({ connectionString, ...change }),
      (error) =>
        error instanceof GfSpError &&
        error.innerCode === 970005 &&
        says.test(error.message) &&
        !/hush/.test(error.message),
    );
  }
});

test('what the driver says is told without secrets, and says whether to try again', () => {
  const secrets = ['hush hush', 'hush%20hush'];
  const cases: [Error, number][] = [
    [Object.assign(new Error('connect ECONNREFUSED to hush%20hush'), { code: 'ECONNREFUSED' }), 970003],
    [Object.assign(new Error('terminating, hush hush'), { code: '57P01' }), 970003],
    [Object.assign(new Error('relation missing'), { code: '42P01' }), 970004],
    [new AggregateError([Object.assign(new Error('first'), { code: 'ECONNREFUSED' })]), 970003],
    [new Error('Connection terminated unexpectedly'), 970003],
  ];
  for (const [thrown, code] of cases) {
    const error = toQueueError(thrown, 'db.example:5432/queues', secrets);
    assert.equal(error.innerCode, code);
    assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /hush/);
    assert.match(error.message, /db\.example/);
  }
});
