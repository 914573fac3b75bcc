import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { RateLimiter, type RateLimits } from './rate-limiter.ts';

const GET = { method: 'GET', host: 'sp1.test', url: '/photos/a', address: () => '203.0.113.7' };

function limiterOf(limits: RateLimits) {
  const clock = { now: 1_000_000_000_000 };
  return { clock, limiter: new RateLimiter(limits, { domain: 'sp1.test', now: () => clock.now }) };
}

const names = [{ name: 'Two', rateLimit: 2, ratePeriod: 'S' as const }];
const tooMany = { innerCode: 960001, httpStatus: 429 };

it('a limit of n lets n requests of a period through, whoever sends them', () => {
  const { clock, limiter } = limiterOf({ names, paths: [{ key: '^/photos/', method: 'GET', names: ['two'] }] });
  limiter.check(GET);
  limiter.check({ ...GET, address: () => '203.0.113.8' });
  assert.throws(() => limiter.check(GET), tooMany);
  limiter.check({ ...GET, method: 'PUT' });
  limiter.check({ ...GET, url: '/other/a' });
  clock.now += 1000;
  limiter.check(GET);
});

it('of the paths only the first that fits counts, and it sees query and bucket in lower case', () => {
  const paths = [
    { key: 'x=upload', method: '', names: [] },
    { key: '^/photos/', method: '', names: ['two'] },
  ];
  const { limiter } = limiterOf({ names, paths });
  for (let i = 0; i < 5; i++) limiter.check({ ...GET, url: '/photos/a?X=Upload' });
  for (let i = 0; i < 2; i++) limiter.check({ ...GET, host: 'Photos.sp1.test:9033', url: '/A' });
  assert.throws(() => limiter.check(GET), tooMany);
});

it('every host that fits counts, and exact calls by their own name', () => {
  const one = { name: 'one', rateLimit: 1, ratePeriod: 'M' as const };
  const hosts = [{ key: 'sp1', method: '', names: ['two'] }];
  const apis = [{ key: 'sp1.test-/status', method: '', names: ['one'] }];
  const { limiter } = limiterOf({ names: [...names, one], hosts, apis });
  limiter.check({ ...GET, url: '/status' });
  assert.throws(() => limiter.check({ ...GET, url: '/status' }), tooMany);
  // the refused one has counted for the host too
  assert.throws(() => limiter.check(GET), tooMany);
});

it('addresses and accounts are limited each by itself', () => {
  const rate = { rateLimit: 1, ratePeriod: 'H' as const };
  const { limiter } = limiterOf({ ip: rate, account: rate });
  limiter.check(GET);
  assert.throws(() => limiter.check(GET), tooMany);
  limiter.check({ ...GET, address: () => '203.0.113.8' });
  limiter.checkAccount('0xa');
  assert.throws(() => limiter.checkAccount('0xa'), tooMany);
  limiter.checkAccount('0xb');
});

it('a rule that names no limit is refused at the start', () => {
  const paths = [{ key: '.', method: '', names: ['three'] }];
  assert.throws(() => limiterOf({ names, paths }), /names three, which NameToLimit has not/);
});

it('property: in no period more than the limit passes, and as much as the limit does when it is asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 }), (pauses) => {
      const { clock, limiter } = limiterOf({ names, hosts: [{ key: '', method: '', names: ['two'] }] });
      const [asked, passed] = [new Map<number, number>(), new Map<number, number>()];
      for (const pause of pauses) {
        clock.now += pause;
        const period = Math.floor(clock.now / 1000);
        asked.set(period, (asked.get(period) ?? 0) + 1);
        try {
          limiter.check(GET);
          passed.set(period, (passed.get(period) ?? 0) + 1);
        } catch {}
      }
      for (const [period, count] of asked) assert.equal(passed.get(period), Math.min(count, 2));
    }),
  );
});
