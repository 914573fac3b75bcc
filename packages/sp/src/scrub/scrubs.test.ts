import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ScrubReport, ScrubRequest } from '@prairie/gfsp';
import { PRIMARY } from '../common/integrity.ts';
import { Scrubs, type ScrubsOptions } from './scrubs.ts';
import { OWN_INDEX, World } from './testing.ts';

const never = new AbortController().signal;
const ALL: ScrubRequest = { bucket_name: '', object_name: '', bytes_per_second: 0n };

/** Objects 1 and 3 are in `bucket`, 2 is elsewhere. */
async function opened(options: Partial<ScrubsOptions> = {}) {
  const world = new World();
  for (const index of [PRIMARY, OWN_INDEX, PRIMARY]) await world.add(200, index);
  const { chain } = world;
  chain.addBucket('bucket', 1);
  chain.object = async () => chain.objects.get(2n) as never;
  const names = (token: string) => (token === '' ? [1n] : [3n]);
  const listObjectsByBucket = async ({ continuation_token: token }: { continuation_token: string }) => ({
    objects: names(token).map((id) => ({ object_info: chain.objects.get(id)!.object_info }) as never),
    ...{ common_prefixes: [], is_truncated: token === '', next_continuation_token: token === '' ? 'o3' : '' },
  });
  const scrubs = new Scrubs(
    { ...world.scrubberOptions, bytesPerSecond: 0, ...options },
    {
      ...world.scrubberDependencies,
      spdb: world.spdb,
      client: { metadata: Object.assign(world.metadata, { listObjectsByBucket }) },
    },
  );
  return { world, scrubs };
}

async function last(reports: AsyncIterable<ScrubReport>): Promise<ScrubReport> {
  const all: ScrubReport[] = [];
  for await (const report of reports) all.push(report);
  const end = all.at(-1)!;
  return { ...end, findings: all.flatMap(({ findings }) => findings) };
}

describe('a pass that is asked for', () => {
  test('goes over everything, a bucket in pages, or one object', async () => {
    const { world, scrubs } = await opened();
    for (const one of world.stored) await world.store.delete(one.pieces[2]![0]);
    const object = await last(scrubs.scrub({ ...ALL, bucket_name: 'bucket', object_name: 'o2' }, never));
    assert.deepEqual(
      [object.counts.pieces, object.findings.map(({ piece_key }) => piece_key), object.finished],
      [4, [world.stored[1]!.pieces[2]![0]], true],
    );
    const bucket = await last(scrubs.scrub({ ...ALL, bucket_name: 'bucket' }, never));
    assert.deepEqual([bucket.counts.pieces, bucket.counts.repaired, bucket.object_id], [8, 2, 3n]);
    const all = await last(scrubs.scrub(ALL, never));
    assert.deepEqual(all.counts, { pieces: 12, bytes: 2 * 200 + 50, damaged: 0, repaired: 0, failed: 0 });
  });

  test('does not ask the chain for objects whose pieces are whole, unless metadata is away', async () => {
    const { world, scrubs } = await opened();
    for (let made = 0; made < 997; made++) await world.add(10, made % 2 === 0 ? PRIMARY : OWN_INDEX);
    const asked = () => world.chain.asked.filter((name) => name === 'objectById').length;
    assert.equal((await last(scrubs.scrub(ALL, never))).counts.pieces, 12 + 997);
    assert.equal(asked(), 0);
    await world.store.delete(world.stored[500]!.pieces[0]![0]);
    assert.equal((await last(scrubs.scrub(ALL, never))).counts.repaired, 1);
    assert.ok(asked() > 0 && asked() < 10, `${asked()} questions`);
    world.metadata.listObjectsByIds = async () => {
      throw new Error('metadata is away');
    };
    const before = asked();
    assert.equal((await last(scrubs.scrub(ALL, never))).counts.pieces, 12 + 997);
    assert.equal(asked() - before, 1000);
  });

  test('of a name that the chain does not have is refused, and so is the fifth at a time', async () => {
    const { world, scrubs } = await opened();
    const of = (bucket_name: string, object_name = '') =>
      last(scrubs.scrub({ ...ALL, bucket_name, object_name }, never));
    await assert.rejects(of('nobodys'), { innerCode: 60001, message: /there is no bucket nobodys on chain/ });
    world.chain.object = async () => undefined;
    await assert.rejects(of('bucket', 'none'), { innerCode: 60001, message: /no object bucket\/none/ });
    const slow = { ...ALL, bytes_per_second: 1n };
    const stop = new AbortController();
    const running = Array.from({ length: 4 }, () => last(scrubs.scrub(slow, stop.signal)));
    await assert.rejects(last(scrubs.scrub(ALL, never)), { innerCode: 60003 });
    stop.abort(new Error('enough'));
    for (const one of running) await assert.rejects(one);
    assert.equal((await last(scrubs.scrub(ALL, never))).counts.pieces, 12);
  });

  test('ends when the manager stops, with a reason', async () => {
    const { scrubs } = await opened({ bytesPerSecond: 2 ** 40 });
    scrubs.start();
    const running = last(scrubs.scrub({ ...ALL, bytes_per_second: 1n }, never));
    const ended = assert.rejects(running);
    await scrubs.stop();
    await ended;
    const { progress } = await scrubs.scrubStatus();
    assert.equal(progress?.holder ?? '', '');
  });

  test('tables that are away are told as that', async () => {
    const { world, scrubs } = await opened();
    world.spdb.getScrubProgress = async () => {
      throw new Error('the database is away');
    };
    await assert.rejects(scrubs.scrubStatus(), { innerCode: 65201, message: /the database is away/ });
  });
});
