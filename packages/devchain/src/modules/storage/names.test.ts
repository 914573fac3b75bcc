import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChainError } from '../../context.ts';
import { formatGrn, parseGrn } from './grn.ts';
import { checkBucketName, checkChecksums, checkGroupName, checkObjectName, checkTags } from './names.ts';

const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';

const failsWith = (code: number, work: () => void, what?: string) =>
  assert.throws(
    work,
    (error) => error instanceof ChainError && error.codespace === 'greenfield' && error.code === code,
    what,
  );

test('bucket names', () => {
  for (const name of ['abc', 'a.b', 'a-b-c', '1.2.3', 'a'.repeat(63), '1.2.3.4.5']) checkBucketName(name);
  for (const name of [
    'ab',
    'a'.repeat(64),
    'Abc',
    '-ab',
    'ab-',
    'a..b',
    'a.-b',
    'a-.b',
    '192.168.0.1',
    'a_b',
    'ab\n',
    '',
  ]) {
    failsWith(1000, () => checkBucketName(name), name);
  }
});

test('object names', () => {
  for (const name of ['a', 'dir/', 'a/', '/a', '空 格/ü', '..a', 'a...b', 'x'.repeat(1024)]) checkObjectName(name);
  const wrong = [
    '',
    '  ',
    'a//b',
    './a',
    'a/..',
    '../a',
    'a/ .. /b',
    'x'.repeat(1025),
    'é'.repeat(513),
    '\ud800',
    '\ufffd',
  ];
  for (const name of wrong) failsWith(1001, () => checkObjectName(name), name);
});

test('group names, checksums and tags', () => {
  checkGroupName('my group');
  for (const name of ['ab', '   ', 'x'.repeat(64)]) failsWith(1002, () => checkGroupName(name), name);
  checkChecksums([new Uint8Array(32)]);
  failsWith(1003, () => checkChecksums([new Uint8Array(32), new Uint8Array(31)]));
  checkTags(Array.from({ length: 4 }, () => ({ key: 'k'.repeat(32), value: 'v'.repeat(64) })));
  failsWith(1009, () => checkTags(Array.from({ length: 5 }, () => ({ key: '', value: '' }))));
  failsWith(1009, () => checkTags([{ key: 'k'.repeat(33), value: '' }]));
});

test('resource names', () => {
  assert.deepEqual(parseGrn('grn:b::bucket', false), { kind: 'bucket', bucketName: 'bucket' });
  assert.deepEqual(parseGrn('grn:o::bucket/a/b', false), { kind: 'object', bucketName: 'bucket', objectName: 'a/b' });
  const group = parseGrn(`grn:g:${OWNER.toLowerCase()}:group`, false);
  assert.deepEqual(group, { kind: 'group', owner: OWNER, groupName: 'group' });
  assert.equal(formatGrn(group), `grn:g:${OWNER}:group`);
  for (const text of ['', 'grn:b:bucket', 'grn:x::bucket', 'grn:b:owner:bucket', 'grn:b::a/b', 'grn:o::bucket']) {
    failsWith(1008, () => parseGrn(text, false), text);
  }
  failsWith(1008, () => parseGrn('grn:g:nobody:group', false));
});

test('wildcards are for patterns', () => {
  failsWith(1008, () => parseGrn('grn:o::bucket/*', false));
  assert.equal(parseGrn('grn:o::bucket/*', true).kind, 'object');
  assert.equal(parseGrn('grn:b::b*', true).kind, 'bucket');
  failsWith(1000, () => parseGrn('grn:b::b', false));
  failsWith(1000, () => parseGrn('grn:o::b*/x', true), 'the bucket of an object is always checked');
});

test('what is formatted can be parsed', () => {
  const objectName = fc.stringMatching(/^[a-z0-9 ü._/-]{1,40}$/).filter((name) => {
    try {
      checkObjectName(name);
      return true;
    } catch {
      return false;
    }
  });
  fc.assert(
    fc.property(objectName, (name) => {
      const grn = { kind: 'object', bucketName: 'bucket', objectName: name } as const;
      assert.deepEqual(parseGrn(formatGrn(grn), true), grn);
    }),
  );
});
