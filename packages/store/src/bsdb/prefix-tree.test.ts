import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NameQuery } from '@prairie/gfsp';
import fc from 'fast-check';
import { BsDb } from './bsdb.ts';

const BUCKET = 'bucket';
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

class Model {
  readonly db = new BsDb({ path: ':memory:' });
  readonly live = new Map<string, bigint>();
  private nextId = 1n;

  toggle(name: string): void {
    const id = this.live.get(name);
    if (id !== undefined) {
      this.db.prefixTree.remove(BUCKET, name, id);
      this.db.objects.update(id, { removed: true });
      this.live.delete(name);
      return;
    }
    const object_id = this.nextId++;
    this.live.set(name, object_id);
    this.db.objects.put({ bucket_name: BUCKET, object_name: name, object_id });
    this.db.prefixTree.insert(BUCKET, name, object_id);
  }

  /** S3's rule: what is between the prefix and the next slash, once. */
  naive({ prefix, from, limit }: Omit<NameQuery, 'bucket'>): string[] {
    const entries = new Set<string>();
    for (const name of this.live.keys()) {
      if (!name.startsWith(prefix)) continue;
      const slash = name.indexOf('/', prefix.length);
      entries.add(slash === -1 ? `object ${name}` : `folder ${name.slice(0, slash + 1)}`);
    }
    return [...entries]
      .filter((entry) => byBytes(entry.slice(7), from) >= 0)
      .sort((a, b) => byBytes(a.slice(7), b.slice(7)))
      .slice(0, limit);
  }

  listed(query: Omit<NameQuery, 'bucket'>): string[] {
    return this.db.prefixTree.list({ bucket: BUCKET, ...query }).map(({ name, folder, object }) => {
      assert.equal(object?.object_id, folder ? undefined : this.live.get(name));
      return `${folder ? 'folder' : 'object'} ${name}`;
    });
  }
}

// few letters, so that names share folders; a leading and a trailing slash are valid, two in a row are not
const part = fc.constantFrom('', 'a', 'b', 'ab', 'é', '\u{1f600}', '%', '_', '0');
const name = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((text) => text !== '' && !text.includes('//'));
const prefix = fc.tuple(name, fc.nat(6)).map(([text, length]) => text.slice(0, length).toWellFormed());

test('a listing by folders is what grouping all names gives, page by page', () => {
  const queries = fc.array(fc.record({ prefix, limit: fc.integer({ min: 1, max: 5 }) }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), queries, (names, asked) => {
      const model = new Model();
      for (const each of names) model.toggle(each);
      for (const { prefix, limit } of asked) {
        const pages: string[] = [];
        let from = '';
        for (;;) {
          const rows = model.listed({ prefix, from, limit: limit + 1 });
          assert.deepEqual(rows, model.naive({ prefix, from, limit: limit + 1 }));
          pages.push(...rows.slice(0, limit));
          if (rows.length <= limit) break;
          from = rows[limit]!.slice(7);
        }
        assert.deepEqual(pages, model.naive({ prefix, from: '', limit: 1000 }));
      }
      model.db.close();
    }),
    { numRuns: 150 },
  );
});

test('a folder has a node exactly while something is in it', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), (names) => {
      const model = new Model();
      for (const each of names) model.toggle(each);
      const expected = new Set<string>();
      for (const each of model.live.keys()) {
        for (let at = each.indexOf('/'); at !== -1; at = each.indexOf('/', at + 1)) expected.add(each.slice(0, at + 1));
      }
      const nodes = model.db.prefixTree.nodes(BUCKET);
      const folders = nodes.filter((node) => node.is_folder).map((node) => node.full_name);
      assert.deepEqual(folders.sort(), [...expected].sort());
      assert.equal(nodes.length - folders.length, model.live.size);
      for (const each of [...model.live.keys()]) model.toggle(each);
      assert.deepEqual(model.db.prefixTree.nodes(BUCKET), []);
      model.db.close();
    }),
    { numRuns: 100 },
  );
});

test('an object of an earlier life does not take the node of its successor', () => {
  const { db } = new Model();
  db.prefixTree.insert(BUCKET, 'a/b', 2n);
  db.prefixTree.remove(BUCKET, 'a/b', 1n);
  assert.equal(db.prefixTree.nodes(BUCKET).length, 2);
});

test('a node without its object keeps its place in the page', () => {
  const { db } = new Model();
  db.prefixTree.insert(BUCKET, 'a', 1n);
  db.objects.put({ bucket_name: BUCKET, object_name: 'other', object_id: 2n });
  const query = { bucket: BUCKET, prefix: '', from: '', limit: 2 };
  assert.deepEqual(db.prefixTree.list(query), [{ name: 'a', folder: false, object: undefined }]);
});
