/** The checks of random runs can fail: each notices what was changed behind the chain's back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../context.ts';
import { idKey, u32Key } from '../keys.ts';
import { CoinLedger } from '../testing/invariants/coins.ts';
import { SequenceLedger } from '../testing/invariants/sequences.ts';
import { RandomRun } from '../testing/random/run.ts';

const BLOCKS = 40;

type Keepers = RandomRun['world']['keepers'];

const first = <V>(entries: Iterable<[string, V]>, accept: (value: V) => boolean = () => true): [string, V] => {
  for (const entry of entries) if (accept(entry[1])) return entry;
  throw new Error('the run made none of these');
};

/** What a defect could leave behind, and what is said of it. */
const TAMPERINGS: readonly { name: string; tamper(keepers: Keepers): void; finding: RegExp }[] = [
  {
    name: 'a coin from nowhere',
    tamper: ({ bank }) => bank.endow(first(bank.owners())[0], 1n),
    finding: /by its events it has/,
  },
  {
    name: 'a stream that flows faster',
    tamper({ payment }) {
      const [key, record] = first(payment.streams.records.range());
      payment.streams.records.set(key, { ...record, netflow_rate: record.netflow_rate + 1n });
    },
    finding: /add up to 1 wei per second/,
  },
  {
    name: 'a stream with more money',
    tamper({ payment }) {
      const [key, record] = first(payment.streams.records.range());
      payment.streams.records.set(key, { ...record, static_balance: record.static_balance + 1n });
    },
    finding: /the payment account holds/,
  },
  {
    name: 'a fee that was not unlocked',
    tamper({ payment }) {
      const [key, record] = first(payment.streams.records.range());
      const { lock_balance, static_balance } = record;
      payment.streams.records.set(key, {
        ...record,
        lock_balance: lock_balance + 1n,
        static_balance: static_balance - 1n,
      });
    },
    finding: /its uploads that wait cost/,
  },
  {
    name: 'an object of another size',
    tamper({ storage }) {
      const [key, object] = first(storage.store.objects.range(), ({ local_virtual_group_id: id }) => id > 0);
      storage.store.objects.set(key, { ...object, payload_size: object.payload_size + 1n });
    },
    finding: /its objects/,
  },
  {
    name: 'an object that is gone without its size',
    tamper({ storage }) {
      const [key] = first(storage.store.objects.range(), ({ local_virtual_group_id: id }) => id > 0);
      storage.store.objects.delete(key);
    },
    finding: /its objects/,
  },
  {
    name: 'a group that stores more',
    tamper({ virtualGroup }) {
      const gvg = first([...virtualGroup.groups.allGvgs()].map((one) => [u32Key(one.id), one]))[1];
      virtualGroup.groups.setGvg({ ...gvg, stored_size: gvg.stored_size + 1n });
    },
    finding: /buckets have/,
  },
  {
    name: 'a deposit of a group that nobody made',
    tamper({ virtualGroup }) {
      const gvg = first([...virtualGroup.groups.allGvgs()].map((one) => [u32Key(one.id), one]))[1];
      virtualGroup.groups.setGvg({ ...gvg, total_deposit: gvg.total_deposit + 1n });
    },
    finding: /the virtualgroup account holds/,
  },
  {
    name: 'a deposit of a provider that nobody made',
    tamper({ sp }) {
      const provider = sp.byId(1)!;
      sp.set({ ...provider, total_deposit: provider.total_deposit + 1n });
    },
    finding: /the sp account holds/,
  },
  {
    name: 'a bucket charged by another price',
    tamper({ storage }) {
      const [, bucket] = first(
        storage.store.buckets.range(),
        ({ id }) => storage.store.internal(id).total_charge_size > 0n,
      );
      const internal = storage.store.internal(bucket.id);
      const total_charge_size = internal.total_charge_size + 1n;
      const [lvg, ...others] = internal.local_virtual_groups;
      const local_virtual_groups = [{ ...lvg!, total_charge_size: lvg!.total_charge_size + 1n }, ...others];
      storage.store.internals.set(idKey(bucket.id), { ...internal, total_charge_size, local_virtual_groups });
    },
    finding: /buckets cost/,
  },
  {
    name: 'stake that nobody has',
    tamper({ staking }) {
      const [, validator] = first(staking.validators.table.range());
      staking.validators.set({ ...validator, tokens: validator.tokens + 1n });
    },
    finding: /are staked there/,
  },
  {
    name: 'a share that nobody has',
    tamper({ staking }) {
      const [, validator] = first(staking.validators.table.range());
      staking.validators.set({ ...validator, delegator_shares: validator.delegator_shares + 1n });
    },
    finding: /its delegators/,
  },
  {
    name: 'a reward without a coin',
    tamper: ({ distribution }) => distribution.store.addToPool(1n),
    finding: /parts of a wei/,
  },
];

for (const { name, tamper, finding } of TAMPERINGS) {
  test(`${name} is noticed`, () => {
    const run = new RandomRun(1);
    for (let block = 0; block < BLOCKS; block++) run.block();
    const { keepers, chain } = run.world;
    assert.deepEqual(run.invariants.allFindings(chain.lastBlock!), []);
    tamper(keepers);
    const findings = run.invariants.allFindings(chain.lastBlock!);
    assert.ok(
      findings.some((text) => finding.test(text)),
      findings.join('\n') || 'nothing was found',
    );
  });
}

const event = (type: string, attributes: Record<string, string>): Event => ({
  type,
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value, index: true })),
});

test('a gap in a sequence is noticed, an id that comes again only where none may', () => {
  const created = (id: number) => event('greenfield.storage.EventCreateBucket', { bucket_id: `"${id}"` });
  const put = (id: number) => event('greenfield.permission.EventPutPolicy', { policy_id: `"${id}"` });
  const findings = (...events: Event[]): number => {
    const ledger = new SequenceLedger();
    for (const one of events) ledger.note(one);
    return ledger.findings().length;
  };
  assert.equal(findings(created(1), put(1), created(2), put(1), put(2)), 0);
  assert.equal(findings(created(1), created(3)), 1);
  assert.equal(findings(created(1), created(1)), 1);
  assert.equal(findings(put(2)), 1);
});

test('a supply that grows without an event is noticed', () => {
  const { bank } = new RandomRun(1).world.keepers;
  const ledger = new CoinLedger(bank);
  ledger.note(event('coinbase', { minter: '0x', amount: '5BNB' }));
  assert.match(ledger.findings().join(), /by what was minted and burnt/);
});
