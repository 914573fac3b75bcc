import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CorruptPieceError, NoSuchKeyError, type PieceStore, silentLogger } from '@prairie/gfsp';
import { createHasher, integrityHash } from '@prairie/redundancy';
import fc from 'fast-check';
import { PRIMARY, promoteIntegrity } from '../common/integrity.ts';
import { sealedObject } from '../recovery/testing.ts';
import { operatorOf } from '../testing/chain.ts';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { Pace } from './pace.ts';
import { Scrubber } from './scrubber.ts';
import { emptied, OWN_INDEX, type Stored, World } from './testing.ts';

const spdb = memorySpDb();
const sizes = fc.constantFrom(1, 63, 64, 65, 300);
const indexes = fc.constantFrom(PRIMARY, OWN_INDEX);

/** What happens to a piece. */
const DAMAGES = {
  missing: () => undefined,
  flipped: (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 0 ? byte ^ 4 : byte))),
  shorter: (bytes: Buffer) => bytes.subarray(0, -1),
  longer: (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(1)]),
  empty: () => Buffer.alloc(0),
};
type Damage = keyof typeof DAMAGES;
const damages = fc.constantFrom(...(Object.keys(DAMAGES) as Damage[]));

async function spoil({ store }: World, [key, bytes]: Stored['pieces'][number], damage: Damage): Promise<void> {
  const spoiled = DAMAGES[damage](bytes);
  if (spoiled) await store.put(key, spoiled);
  else await store.delete(key);
}

describe('scrubbing', () => {
  test('finds exactly what is damaged, and all of it is whole afterwards', async () => {
    const objects = fc.array(fc.record({ size: sizes, index: indexes }), { minLength: 1, maxLength: 6 });
    const hits = fc.array(fc.record({ at: fc.nat(), damage: damages }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(objects, hits, async (made, spoils) => {
        const world = new World(await emptied(spdb));
        for (const { size, index } of made) await world.add(size, index);
        const all = world.stored.flatMap(({ pieces }) => pieces);
        const expected = new Map<string, string>();
        for (const { at, damage } of spoils) {
          const piece = all[at % all.length]!;
          await spoil(world, piece, damage);
          expected.set(piece[0], damage === 'missing' ? 'missing' : 'damaged');
        }
        const found = await world.findings();
        assert.deepEqual(
          found.map(({ piece_key, fault, repaired }) => [piece_key, fault, repaired]),
          all.flatMap(([key]) => (expected.has(key) ? [[key, expected.get(key), true]] : [])),
        );
        for (const one of world.stored) assert.ok(await world.isWhole(one));
        assert.deepEqual(await world.findings(), []);
        assert.equal(world.repairs.length, expected.size);
      }),
      { numRuns: 60 },
    );
  });

  test('finds rows that are not what the chain says, and pieces that are damaged as well', async () => {
    const kinds = fc.constantFrom('hash', 'short', 'other', 'long');
    await fc.assert(
      fc.asyncProperty(sizes, indexes, kinds, fc.option(fc.nat()), async (size, index, kind, hit) => {
        const world = new World(await emptied(spdb));
        const made = await world.add(size, index);
        const { row, pieces } = made;
        const list = row.piece_checksum_list;
        const lists = {
          hash: list,
          short: list.slice(1),
          other: list.map(() => Buffer.alloc(32, 1)),
          long: [...list, list[0]!],
        };
        const integrity_checksum = kind === 'hash' ? Buffer.alloc(32, 9) : row.integrity_checksum;
        await world.spdb.setIntegrity({ ...row, integrity_checksum, piece_checksum_list: lists[kind] });
        const spoiled = hit === null ? undefined : pieces[hit % pieces.length]!;
        if (spoiled) await spoil(world, spoiled, 'flipped');
        const found = (await world.findings()).map(({ fault, piece_key, repaired }) => [fault, piece_key, repaired]);
        assert.deepEqual(found, [['row', '', true], ...(spoiled ? [['damaged', spoiled[0], true]] : [])]);
        assert.ok(await world.isWhole(made));
        assert.deepEqual(await world.findings(), []);
      }),
      { numRuns: 60 },
    );
  });

  test('a secondary’s row that is whole in itself, and not what the chain says, is wrong; a primary’s is believed', async () => {
    const world = new World(await emptied(spdb));
    const made = await world.add(65, OWN_INDEX);
    const list = made.pieces.map(() => Buffer.alloc(32, 1));
    await spdb.setIntegrity({ ...made.row, integrity_checksum: integrityHash(list), piece_checksum_list: list });
    assert.deepEqual(
      (await world.findings()).map(({ fault, repaired }) => [fault, repaired]),
      [['row', true]],
    );
    assert.ok(await world.isWhole(made));
    // the checksum on chain is that of the content before
    const primary = await world.add(65, PRIMARY);
    primary.object.object_info.checksums[0] = Buffer.alloc(32, 2);
    assert.deepEqual(await world.findings(), []);
    await spoil(world, primary.pieces[1]!, 'flipped');
    assert.deepEqual(
      (await world.findings()).map(({ piece_key }) => piece_key),
      [primary.pieces[1]![0]],
    );
    assert.ok(await world.isWhole(primary));
  });

  test('a primary’s row of content before an update is made again with the first piece that does not fit it', async () => {
    const sealed = await sealedObject();
    const { id } = sealed.object.object_info;
    const { spdb, pieceStore } = sealed.disk(PRIMARY);
    const right = (await spdb.getIntegrity(id, PRIMARY))!;
    const list = right.piece_checksum_list.map((_, segment) => Buffer.alloc(32, segment));
    await spdb.setIntegrity({ ...right, integrity_checksum: integrityHash(list), piece_checksum_list: list });
    const hasher = createHasher();
    const scrubber = new Scrubber(
      { operatorAddress: operatorOf(1) },
      { consensus: sealed.chain, spdb, pieceStore, hasher, repair: sealed.repairOf(PRIMARY), logger: silentLogger },
    );
    const found: unknown[] = [];
    const row = { object_id: id, redundancy_index: PRIMARY, object: sealed.object.object_info };
    for await (const { finding } of scrubber.look(row, new Pace({ bytesPerSecond: 0 }), new AbortController().signal)) {
      if (finding) found.push([finding.segment_index, finding.repaired, finding.error]);
    }
    assert.deepEqual(found, [[0, true, '']]);
    assert.deepEqual(await spdb.getIntegrity(id, PRIMARY), right);
    await hasher.close();
  });

  test('a row that cannot be made again stays as it is', async () => {
    const world = new World(await emptied(spdb));
    const made = await world.add(65, OWN_INDEX);
    const wrong = { ...made.row, piece_checksum_list: [Buffer.alloc(32, 7)] };
    await spdb.setIntegrity(wrong);
    const refuse = async () => {
      throw new Error('too few answered');
    };
    const repair = { repair: refuse, ensure: refuse };
    const scrubber = new Scrubber(world.scrubberOptions, { ...world.scrubberDependencies, repair });
    assert.deepEqual(
      (await world.findings(scrubber)).map(({ fault, error }) => [fault, error]),
      [['row', 'too few answered']],
    );
    assert.deepEqual(await spdb.getIntegrity(made.row.object_id, OWN_INDEX), wrong);
  });

  test('what comes, goes and is replaced while it is looked at is no damage', async () => {
    const lives = fc.array(
      fc.record({ sizes: fc.array(sizes, { maxLength: 4 }), end: fc.constantFrom('none', 'delete', 'move') }),
      { minLength: 1, maxLength: 2 },
    );
    await fc.assert(
      fc.asyncProperty(lives, fc.infiniteStream(fc.nat({ max: 7 })), async (planned, turns) => {
        const changes: AsyncGenerator<void>[] = [];
        // before each question the changes under way go some steps further
        const step = async (): Promise<void> => {
          for (let left = turns.next().value; left > 0 && changes.length > 0; left--) {
            const change = changes[turns.next().value % changes.length]!;
            if ((await change.next()).done) changes.splice(changes.indexOf(change), 1);
          }
        };
        const world = new World(await emptied(spdb));
        for (const [at, life] of planned.entries()) {
          const one = await world.add(200, at % 2 === 0 ? PRIMARY : OWN_INDEX);
          changes.push(lifeOf(world, one, life));
        }
        const before =
          <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
          async (...args: A): Promise<R> => {
            await step();
            return call(...args);
          };
        world.chain.objectById = before(world.chain.objectById);
        const store: Pick<PieceStore, 'get'> = { get: before((...args) => world.store.get(...args)) };
        assert.deepEqual(await world.findings(world.scrubber(store)), []);
        assert.deepEqual(world.repairs, []);
      }),
      { numRuns: 200 },
    );
  });

  test('a piece of an update is looked at by the row of the update, also before that takes the place of the old one', async () => {
    const world = new World(await emptied(spdb));
    const made = await world.add(200, PRIMARY);
    const update = await world.bringUpdate(made, 100);
    world.sealUpdate(update);
    for (const [key] of made.pieces) await world.store.delete(key);
    assert.deepEqual(await world.findings(), []);
    await spoil(world, update.pieces[1]!, 'flipped');
    assert.deepEqual(
      (await world.findings()).map(({ piece_key }) => piece_key),
      [update.pieces[1]![0]],
    );
  });

  test('a row that is left of a place in another group promises nothing', async () => {
    const world = new World(await emptied(spdb));
    const made = await world.add(200, OWN_INDEX);
    world.moveAway(made);
    await world.store.delete(made.pieces[0]![0]);
    assert.deepEqual(await world.findings(), []);
    assert.deepEqual(world.repairs, []);
  });

  test('content that is not sealed is not looked at', async () => {
    const world = new World(await emptied(spdb));
    const made = await world.add(65, PRIMARY);
    const { id } = made.object.object_info;
    world.chain.objects.get(id)!.object_info.object_status = 0;
    for (const [key] of made.pieces) await world.store.delete(key);
    assert.deepEqual(await world.findings(), []);
  });

  test('a piece that cannot be made again is told as that, and the next ones are looked at', async () => {
    const world = new World(await emptied(spdb));
    const made = await world.add(200, PRIMARY);
    for (const piece of made.pieces.slice(0, 2)) await spoil(world, piece, 'missing');
    const scrubber = world.scrubber({
      // a store that loses what is written to it
      get: async (key, offset, length) => {
        if (key === made.pieces[0]![0]) throw new NoSuchKeyError(key);
        return world.store.get(key, offset, length);
      },
    });
    const found = await world.findings(scrubber);
    assert.deepEqual(
      found.map(({ segment_index, repaired }) => [segment_index, repaired]),
      [
        [0, false],
        [1, true],
      ],
    );
    assert.match(found[0]!.error, /reads back missing/);
  });

  test('a sector that is lost is damage, a store that is away is not', async () => {
    const world = new World(await emptied(spdb));
    const made = await world.add(200, PRIMARY);
    let failures = 0;
    const scrubber = world.scrubber({
      get: async (key, offset, length) => {
        const isSecond = key === made.pieces[1]![0];
        if (isSecond && world.repairs.length === 0) throw Object.assign(new Error('read'), { code: 'EIO' });
        if (key === made.pieces[3]![0] && world.repairs.length === 1)
          throw new CorruptPieceError(key, 'its CRC-32C is wrong');
        if (key === made.pieces[2]![0] && failures++ < 2)
          throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
        return world.store.get(key, offset, length);
      },
    });
    const found = await world.findings(scrubber);
    assert.deepEqual(
      found.map(({ segment_index, fault, repaired }) => [segment_index, fault, repaired]),
      [
        [1, 'unreadable', true],
        [3, 'damaged', true],
      ],
    );
    assert.equal(failures, 3);
  });

  test('a pass that is ended throws why, in the middle of an object', async () => {
    const world = new World(await emptied(spdb));
    const made = await world.add(300, PRIMARY);
    const stop = new AbortController();
    const looked = world
      .scrubber()
      .look({ ...made.row, object: undefined }, new Pace({ bytesPerSecond: 0 }), stop.signal);
    assert.equal((await looked.next()).done, false);
    stop.abort(new Error('the manager is stopping'));
    await assert.rejects(looked.next(), /the manager is stopping/);
  });
});

interface Life {
  /** Of the contents of updates. */
  sizes: number[];
  end: 'none' | 'delete' | 'move';
}

/** What happens to an object, in the steps and in the order in which a provider takes them. */
async function* lifeOf(world: World, one: Stored, { sizes, end }: Life): AsyncGenerator<void> {
  let current = one;
  for (const size of sizes) {
    const update = await world.bringUpdate(current, size);
    yield;
    world.sealUpdate(update);
    yield;
    await world.spdb.transaction((tables) => promoteIntegrity(tables, update.object.object_info, one.index));
    yield;
    yield* deleted(world, current);
    current = update;
  }
  if (end === 'none') return;
  const { id } = one.object.object_info;
  if (end === 'delete') world.chain.objects.delete(id);
  else world.moveAway(current);
  yield;
  await world.spdb.deleteIntegrity(id, one.index);
  yield;
  yield* deleted(world, current);
}

async function* deleted({ store }: World, { pieces }: Stored): AsyncGenerator<void> {
  for (const [key] of pieces) {
    await store.delete(key);
    yield;
  }
}
