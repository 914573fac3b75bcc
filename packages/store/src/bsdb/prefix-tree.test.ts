import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NameQuery } from '@prairie/gfsp';
import fc from 'fast-check';
import { byBytes } from '../name-range.ts';
import type { BsDb } from './bsdb.ts';
import { naiveFolders, naiveListing } from './testing/naive-listing.ts';
import { inEveryEngine } from './testing/open.ts';

let lastId = 0n;
let lastBucket = 0;

/** A bucket whose objects come and go, in the tables and in a plain set of names. */
class Bucket {
  readonly name = `bucket-${++lastBucket}`;
  readonly live = new Map<string, bigint>();
  readonly #db: BsDb;

  constructor(db: BsDb) {
    this.#db = db;
  }

  /** Makes the objects that are not there, and removes those that are. */
  async toggle(names: readonly string[]): Promise<void> {
    await this.#db.transaction(async ({ objects, prefixTree }) => {
      for (const object_name of names) {
        const id = this.live.get(object_name);
        if (id !== undefined) {
          await prefixTree.remove(this.name, object_name, id);
          await objects.update(id, { removed: true }, this.name);
          this.live.delete(object_name);
          continue;
        }
        const object_id = ++lastId;
        this.live.set(object_name, object_id);
        await objects.put({ bucket_name: this.name, object_name, object_id });
        await prefixTree.insert(this.name, object_name, object_id);
      }
    });
  }

  async listed(query: Omit<NameQuery, 'bucket'>): Promise<string[]> {
    const entries = await this.#db.prefixTree.list({ bucket: this.name, ...query });
    return entries.map(({ name, folder, object }) => {
      assert.equal(object?.object_id, folder ? undefined : this.live.get(name));
      return `${folder ? 'folder' : 'object'} ${name}`;
    });
  }

  /** Without folders. */
  async plain(query: Omit<NameQuery, 'bucket'>): Promise<string[]> {
    const rows = await this.#db.objects.list({ bucket: this.name, ...query }, false);
    return rows.map((row) => row.object_name);
  }
}

// few parts, so that names share folders; slashes may lead, trail, and follow one another
const part = fc.constantFrom('', 'a', 'A', 'b', 'ab', 'é', '\u{1f600}', '\uffff', '%', '_', '0', 'long'.repeat(100));
const name = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((text) => text !== '' && Buffer.byteLength(text) <= 1024);
const prefix = fc.tuple(name, fc.nat(6)).map(([text, length]) => text.slice(0, length).toWellFormed());
const query = fc.record({ prefix, limit: fc.integer({ min: 1, max: 5 }) });

inEveryEngine('the tree of folders', (db, engine) => {
  const numRuns = engine === 'sqlite' ? 200 : 15;

  test('a listing by folders is what grouping all names gives, page by page', async () => {
    const check = async (names: string[], asked: { prefix: string; limit: number }[]) => {
      const bucket = new Bucket(db());
      await bucket.toggle(names);
      for (const { prefix, limit } of asked) {
        const pages: string[] = [];
        let from = '';
        for (;;) {
          const page = { prefix, from, limit: limit + 1 };
          const rows = await bucket.listed(page);
          assert.deepEqual(rows, naiveListing(bucket.live.keys(), page));
          pages.push(...rows.slice(0, limit));
          if (rows.length <= limit) break;
          from = rows[limit]!.slice('folder '.length);
        }
        assert.deepEqual(pages, naiveListing(bucket.live.keys(), { prefix, from: '', limit: 1000 }));
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(name, { maxLength: 30 }), fc.array(query, { maxLength: 6 }), check), {
      numRuns,
    });
  });

  test('a listing without folders has the live names in byte order, from any of them on', async () => {
    const check = async (names: string[], { prefix, limit }: { prefix: string; limit: number }, from: string) => {
      const bucket = new Bucket(db());
      await bucket.toggle(names);
      const expected = [...bucket.live.keys()]
        .filter((one) => one.startsWith(prefix) && byBytes(one, from) >= 0)
        .sort(byBytes)
        .slice(0, limit);
      assert.deepEqual(await bucket.plain({ prefix, from, limit }), expected);
    };
    await fc.assert(fc.asyncProperty(fc.array(name, { maxLength: 30 }), query, prefix, check), { numRuns });
  });

  test('a folder has a node exactly while something is in it', async () => {
    const check = async (names: string[]) => {
      const bucket = new Bucket(db());
      await bucket.toggle(names);
      const nodes = await db().prefixTree.nodes(bucket.name);
      const folders = nodes.filter((node) => node.is_folder).map((node) => node.full_name);
      assert.deepEqual(folders.sort(), [...naiveFolders(bucket.live.keys())].sort());
      assert.equal(nodes.length - folders.length, bucket.live.size);
      await bucket.toggle([...bucket.live.keys()]);
      assert.deepEqual(await db().prefixTree.nodes(bucket.name), []);
    };
    await fc.assert(fc.asyncProperty(fc.array(name, { maxLength: 30 }), check), { numRuns });
  });

  test('an object of an earlier life does not take the node of its successor', async () => {
    const { prefixTree } = db();
    await prefixTree.insert('successor', 'a/b', 2n);
    await prefixTree.remove('successor', 'a/b', 1n);
    assert.equal((await prefixTree.nodes('successor')).length, 2);
  });

  test('a node without its object keeps its place in the page', async () => {
    const { prefixTree } = db();
    await prefixTree.insert('orphan', 'a', 2n ** 200n);
    const query = { bucket: 'orphan', prefix: '', from: '', limit: 2 };
    assert.deepEqual(await prefixTree.list(query), [{ name: 'a', folder: false, object: undefined }]);
  });
});
