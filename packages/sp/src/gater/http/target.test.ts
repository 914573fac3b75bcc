import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bucketOfHost, parseTarget } from './target.ts';

describe('the request target', () => {
  it('is decoded, and not cleaned', () => {
    assert.equal(parseTarget('/b/a%20b+c//../%E4%BD%A0?x=1')!.path, '/b/a b+c//../你');
  });

  it('has the keys that routes look for, with any value or none', () => {
    const { keys, query } = parseTarget('/?bucket-meta&a=null;b=&c=%20x+y&c=2')!;
    assert.deepEqual([...keys], ['bucket-meta', 'a', 'b', 'c']);
    assert.equal(query.get('c'), ' x y');
    assert.equal(query.has('a'), false, 'form parsers drop a pair with a semicolon');
  });

  it('is refused with a broken escape in the path only', () => {
    assert.equal(parseTarget('/b/%zz'), undefined);
    assert.ok(parseTarget('/b/o?x=%zz'));
  });

  it('decodes to what any client encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        assert.equal(parseTarget(`/${encodeURIComponent(name.toWellFormed())}`)!.path, `/${name.toWellFormed()}`);
      }),
    );
  });
});

describe('the bucket in the host', () => {
  it('stands before one of our domains; a domain without a port takes any', () => {
    assert.equal(bucketOfHost('photos.sp1.test:9033', ['sp1.test']), 'photos');
    assert.equal(bucketOfHost('a.b.sp1.test', ['sp1.test']), 'a.b');
    assert.equal(bucketOfHost('sp1.test', ['sp1.test']), undefined);
    assert.equal(bucketOfHost('photosXsp1.test', ['sp1.test']), undefined);
  });

  it('needs the port of a domain that has one', () => {
    assert.equal(bucketOfHost('photos.localhost:9133', ['localhost:9133']), 'photos');
    assert.equal(bucketOfHost('photos.localhost:9134', ['localhost:9133']), undefined);
    assert.equal(bucketOfHost('photos.localhost', ['localhost:9133']), undefined);
  });
});
