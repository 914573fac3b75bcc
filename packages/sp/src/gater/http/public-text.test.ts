import assert from 'node:assert/strict';
import { it } from 'node:test';
import { defineErrors, GfSpError } from '@prairie/gfsp';
import { publicText } from './public-text.ts';

const errors = defineErrors('test', { broken: [500, 1, 'broken'], wrong: [400, 2, 'wrong'] });

it('says nothing of files and addresses of this machine', () => {
  const cases = [
    ["ENOENT: no such file, open '/var/lib/prairie/pieces/ab/s1_s0'", "ENOENT: no such file, open '(a file)'"],
    ['connect ECONNREFUSED 127.0.0.1:26657', 'connect ECONNREFUSED (an address)'],
    ['connect ECONNREFUSED ::1:9333', 'connect ECONNREFUSED (an address)'],
    ['POST http://10.0.0.7:26657/ timed out', 'POST (an address) timed out'],
    ['at file:///srv/app/module.ts:10:3', 'at (an address)'],
    ['No such bucket: photos', 'No such bucket: photos'],
  ];
  for (const [text, shown] of cases) assert.equal(publicText(errors.broken(text), 'id'), shown);
});

it('what has no code is only named by the id of its request', () => {
  assert.match(publicText(new TypeError('x is undefined at /srv/app.ts'), 'abc'), /^internal error: .* request abc$/);
});

it('leaves the words of a refusal, which are about what the client sent', () => {
  assert.equal(publicText(errors.wrong('invalid object name: a//b/c'), 'id'), 'invalid object name: a//b/c');
  assert.equal(publicText(GfSpError.from(errors.wrong()), 'id'), 'wrong');
});
