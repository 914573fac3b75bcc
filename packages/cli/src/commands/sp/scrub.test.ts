import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  defineErrors,
  type Modules,
  type ScrubFinding,
  type ScrubProgress,
  type ScrubReport,
  type ScrubRequest,
  silentLogger,
} from '@prairie/gfsp';
import { RpcServer } from '@prairie/rpc';
import { runCli } from '../../testing/run-cli.ts';

const errors = defineErrors('manager', { requestLost: [400, 60001, 'OoooH... request lost'] });

const found: ScrubFinding = {
  ...{ object_id: 12n, bucket_name: 'photos', object_name: 'a/b', redundancy_index: -1, segment_index: 1 },
  ...{ piece_key: 's12_s1', fault: 'damaged', repaired: true, error: '' },
};
const row: ScrubFinding = { ...found, segment_index: -1, piece_key: '', fault: 'row' };
const lost: ScrubFinding = { ...found, fault: 'missing', repaired: false, error: 'too few answered' };

/** By bucket. */
const PASSES: Readonly<Record<string, readonly ScrubReport[]>> = {
  clean: [{ counts: counts(3, 0, 0), object_id: 12n, findings: [], finished: true }],
  photos: [
    { counts: counts(2, 1, 0), object_id: 12n, findings: [found], finished: false },
    { counts: counts(3, 2, 0), object_id: 13n, findings: [row], finished: true },
  ],
  lost: [{ counts: counts(3, 2, 1), object_id: 12n, findings: [found, lost], finished: true }],
};

function counts(pieces: number, damaged: number, failed: number) {
  return { pieces, bytes: pieces * 1024, damaged, repaired: damaged - failed, failed };
}

const progress: ScrubProgress = {
  ...{ holder: 'x', held_until: 0, object_id: 41n, redundancy_index: 2, started_at: 1_795_230_000 },
  ...{ ...counts(7, 1, 0), last_started_at: 1_795_000_000, last_finished_at: 1_795_000_060 },
  ...{ last_pieces: 5, last_bytes: 4096, last_damaged: 2, last_repaired: 1, last_failed: 1 },
};

describe('prairie sp scrub', () => {
  const asked: ScrubRequest[] = [];
  let standing: ScrubProgress | undefined;
  let server: RpcServer;

  before(async () => {
    const manager: Partial<Modules['manager']> = {
      async *scrub(request) {
        asked.push(request);
        const pass = PASSES[request.bucket_name || 'clean'];
        if (!pass) throw errors.requestLost(`there is no bucket ${request.bucket_name} on chain: check its name`);
        yield* pass;
      },
      scrubStatus: async () => ({ bytes_per_second: 8n << 20n, interval_seconds: 604_800n, progress: standing }),
    };
    const modules = { manager } as unknown as Partial<Modules>;
    server = new RpcServer({ address: '127.0.0.1:0' }, { modules, logger: silentLogger });
    await server.start();
  });
  after(() => server?.stop());

  const scrub = (...args: string[]) => runCli(['sp', 'scrub', ...args, '--endpoint', server.address]);

  it('tells what it found, and ends with 0 when all of it is repaired', async () => {
    const { code, stdout, stderr } = await scrub('--bucket', 'photos');
    assert.equal(code, 0, stderr);
    assert.equal(
      stdout,
      's12_s1 has other bytes than its checksum (photos/a/b): repaired\n' +
        'object 12, index -1, has checksums that are not those on chain (photos/a/b): repaired\n' +
        '3 pieces of 3.0 KiB looked at: 2 damaged, 2 repaired, 0 not repaired\n',
    );
  });

  it('ends with 1 when something could not be repaired; findings and the summary are lines for programs', async () => {
    const { code, stdout } = await scrub('--object', 'lost/a/b/c', '--rate', '50', '--json');
    assert.equal(code, 1);
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 3);
    const [first, second, last] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual([first!.piece_key, first!.repaired, second!.repaired], ['s12_s1', true, false]);
    assert.equal(second!.error, 'too few answered');
    assert.deepEqual(last, { summary: { ...counts(3, 2, 1), interrupted: false } });
    assert.deepEqual(asked.at(-1), { bucket_name: 'lost', object_name: 'a/b/c', bytes_per_second: 50n << 20n });
  });

  it('is about everything unless it is told', async () => {
    const { code, stdout } = await scrub();
    assert.deepEqual([code, stdout], [0, '3 pieces of 3.0 KiB looked at: nothing is damaged\n']);
    assert.deepEqual(asked.at(-1), { bucket_name: '', object_name: '', bytes_per_second: 0n });
  });

  it('refuses what cannot be', async () => {
    const wrong = [
      [['--object', 'photos'], /--object: <bucket>\/<object> is expected, got photos/],
      [['--all', '--bucket', 'photos'], /--object, --bucket and --all exclude each other/],
      [['stop'], /stop is nothing that can be scrubbed/],
      [['--rate', '1.5'], /a whole number from 0 to 1048576 is expected, got 1\.5/],
    ] as const;
    for (const [args, message] of wrong) {
      const { code, stderr } = await scrub(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
    const { code, stderr } = await scrub('--bucket', 'nobodys');
    assert.equal(code, 1);
    assert.match(stderr, /there is no bucket nobodys on chain/);
  });

  it('tells how far the background is', async () => {
    assert.match((await scrub('status')).stdout, /a pass every 604800 s at most\nnothing was scrubbed yet\n$/);
    standing = progress;
    assert.equal(
      (await scrub('status')).stdout,
      'in the background  8.0 MiB/s, a pass every 604800 s at most\n' +
        'this pass          since 2026-11-21T03:00:00.000Z: 7 pieces, 7.0 KiB, 1 damaged, 1 repaired, 0 not repaired, behind object 41\n' +
        'last whole pass    ended 2026-11-18T11:07:40.000Z: 5 pieces, 4.0 KiB, 2 damaged, 1 repaired, 1 not repaired\n',
    );
    const { progress: known } = JSON.parse((await scrub('status', '--json')).stdout) as { progress: ScrubProgress };
    assert.equal(known.last_failed, 1);
  });
});
