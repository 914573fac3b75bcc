import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PathTree } from './path-tree.ts';

const tree = new PathTree<string>();
for (const template of [
  '/a',
  '/a/{x}',
  '/a/latest',
  '/a/{x}/b/{y}',
  '/o/{bucket}',
  '/o/{bucket}/{object=**}',
  '/a/{z}',
]) {
  tree.add(template, template);
}

test('literal segments go before variables, the first of equal templates stays', () => {
  const found: [string, string | undefined, object?][] = [
    ['/a', '/a', {}],
    ['/a/latest', '/a/latest', {}],
    ['/a/later', '/a/{x}', { x: 'later' }],
    ['/a/latest/b/c', '/a/{x}/b/{y}', { x: 'latest', y: 'c' }],
    ['/a/x%2Fy', '/a/{x}', { x: 'x/y' }],
    ['/o/b/p/q%20r/s', '/o/{bucket}/{object=**}', { bucket: 'b', object: 'p/q r/s' }],
    ['/', undefined],
    ['/a/', undefined],
    ['/a/b/c', undefined],
    ['/o//x', undefined],
    ['/__proto__', undefined],
  ];
  for (const [path, route, values] of found) {
    assert.deepEqual(tree.find(path), route === undefined ? undefined : { route, values }, path);
  }
  assert.throws(() => tree.find('/a/%'), URIError);
});

test('the segments that a path is made of come back', () => {
  const segment = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
  fc.assert(
    fc.property(segment, segment, (x, y) => {
      const path = `/a/${encodeURIComponent(x)}/b/${encodeURIComponent(y)}`;
      assert.deepEqual(tree.find(path)?.values, { x, y });
    }),
  );
});
