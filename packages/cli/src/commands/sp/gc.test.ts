import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { defineErrors, GC_KINDS, type GcFinding, type GcStanding, type Manager, silentLogger } from '@prairie/gfsp';
import { RpcServer } from '@prairie/rpc';
import { runCli } from '../../testing/run-cli.ts';

const FINDINGS: GcFinding[] = [
  {
    kind: 'object',
    reason: 'its object is not on chain',
    keys: ['s7_s0', 's7_s1'],
    rows: ['integrity_meta 7 -1'],
    bytes: 33_554_432n,
  },
  { kind: 'zombie', reason: 'no row claims it', keys: ['e8_s0_p1'], rows: [], bytes: 1024n },
];
const STANDING: GcStanding = {
  ...{ kind: 'object', enabled: true, interval: 60, cursor: 4711n, queued: 1, rounds: 3 },
  ...{ last_time: 1_700_000_000n, last_error: 'the chain is away' },
};
const errors = defineErrors('manager', { exceeded: [406, 60003, 'a pass of the collection is under way'] });

describe('prairie sp gc', () => {
  const asked: { kinds: readonly string[]; dryRun: boolean }[] = [];
  let isBusy = false;
  const manager = {
    async *collect(request: { kinds: readonly string[]; dryRun: boolean }) {
      asked.push(request);
      if (isBusy) throw errors.exceeded();
      yield* FINDINGS;
    },
    gcStatus: async () => [STANDING],
  } as unknown as Manager;
  let server: RpcServer;
  let endpoint: string;

  before(async () => {
    server = new RpcServer({ address: '127.0.0.1:0' }, { modules: { manager }, logger: silentLogger });
    await server.start();
    endpoint = server.address;
  });
  after(() => server.stop());

  it('shows what would go, and why', async () => {
    const { code, stdout } = await runCli(['sp', 'gc', '--dry-run', '--endpoint', endpoint]);
    assert.equal(code, 0);
    assert.deepEqual(asked.at(-1), { kinds: [...GC_KINDS], dryRun: true });
    assert.match(stdout, /^object +32\.0 MiB {2}s7_s0, s7_s1, integrity_meta 7 -1 {2}\(its object is not on chain\)$/m);
    assert.match(stdout, /^would delete 3 pieces of 32\.0 MiB and 1 rows, in 2 findings$/m);
  });

  it('deletes one kind, a line of JSON for each thing and for the sum', async () => {
    const { stdout } = await runCli(['sp', 'gc', 'zombie', '--endpoint', endpoint, '--json']);
    assert.deepEqual(asked.at(-1), { kinds: ['zombie'], dryRun: false });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(lines[1], { ...FINDINGS[1], bytes: '1024' });
    assert.deepEqual(lines[2], {
      summary: { dry_run: false, interrupted: false, things: 2, pieces: 3, rows: 1, bytes: '33555456' },
    });
  });

  it('shows how far it is by itself', async () => {
    const { stdout } = await runCli(['sp', 'gc', 'status', '--endpoint', endpoint]);
    assert.match(
      stdout,
      /^object +every 60 s +cursor=4711 queued=1 rounds=3 last=2023-11-14T22:13:20\.000Z {2}failed: the chain is away$/m,
    );
    const { stdout: json } = await runCli(['sp', 'gc', 'status', '--endpoint', endpoint, '--json']);
    assert.equal(JSON.parse(json)[0].cursor, '4711');
  });

  it('says what is wrong, and what to do', async () => {
    const wrong = await runCli(['sp', 'gc', 'everything', '--endpoint', endpoint]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /everything is nothing that is collected\n {2}next: name one of object, zombie/);
    const away = await runCli(['sp', 'gc', '--endpoint', '127.0.0.1:1']);
    assert.equal(away.code, 1);
    assert.match(away.stderr, /the manager at 127\.0\.0\.1:1 does not answer.*\n {2}next: check that it runs/);
    isBusy = true;
    const busy = await runCli(['sp', 'gc', '--endpoint', endpoint, '--json']);
    assert.equal(busy.code, 1);
    assert.equal(JSON.parse(busy.stderr).code, 60003);
  });
});
