/** What comes must go: whatever happens to buckets and objects, nothing is left behind when they are deleted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import fc from 'fast-check';
import { ChainError } from '../../context.ts';
import { alice, checksumsOf, outline, providerAddress, Scenario } from './testing/scenario.ts';
import { RECORDED_PRICE } from './testing.ts';

const BUCKET = 'bucket';
const operator = alice;

type Step =
  | { do: 'create' | 'seal' | 'reject' | 'cancel' | 'delete' | 'update' | 'cancelUpdate'; object: number }
  | { do: 'copy' | 'discontinue'; object: number }
  | { do: 'limit'; limit: bigint }
  | { do: 'quota'; quota: number }
  | { do: 'price'; percent: number }
  | { do: 'wait'; seconds: number };

const objectStep = fc.record({
  // twice what other steps need
  do: fc.constantFrom('create', 'create', 'seal', 'seal', 'reject', 'cancel', 'delete', 'update', 'cancelUpdate'),
  object: fc.nat(2),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: objectStep as fc.Arbitrary<Step> },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('quota' as const), quota: fc.nat(10_000_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('price' as const), percent: fc.integer({ min: 50, max: 300 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 100 }) }) },
);
const steps = fc.array(step, { minLength: 10, maxLength: 40, size: 'max' });
/** With steps after which the bucket can not always be emptied again. */
const wildSteps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: step },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('copy', 'discontinue'), object: fc.nat(2) }) as fc.Arbitrary<Step>,
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('limit' as const), limit: fc.constantFrom(0n, 10n ** 11n, 10n ** 30n) }),
    },
  ),
  { minLength: 10, maxLength: 40, size: 'max' },
);
const sizes = fc.array(fc.constantFrom(0, 1, 1_000_000, 1_048_577, 40_000_000), { minLength: 3, maxLength: 3 });

/** Runs a step that may not be possible now: the chain refuses it then, and must leave no trace. */
function attempt(chain: Scenario, sizes: readonly number[], step: Step): void {
  try {
    perform(chain, sizes, step);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    assert.notEqual(error.code, 111222, `panic: ${error.message}`);
  }
}

function perform(chain: Scenario, sizes: readonly number[], step: Step): void {
  switch (step.do) {
    case 'wait':
      chain.nextBlock(BigInt(step.seconds));
      return;
    case 'price': {
      const scale = (price: bigint) => (price * BigInt(step.percent)) / 100n;
      const { readPrice, primaryStorePrice, secondaryStorePrice } = RECORDED_PRICE;
      const price = {
        readPrice: scale(readPrice),
        primaryStorePrice: scale(primaryStorePrice),
        secondaryStorePrice: scale(secondaryStorePrice),
      };
      chain.sp.history.push([chain.time.seconds, price]);
      return;
    }
    case 'quota': {
      const charged_read_quota = { value: BigInt(step.quota) };
      chain.run(storage.MsgUpdateBucketInfo, { operator, bucket_name: BUCKET, charged_read_quota });
      return;
    }
    case 'limit': {
      const limit = { bucket_owner: operator, payment_address: operator, flow_rate_limit: step.limit };
      chain.run(storage.MsgSetBucketFlowRateLimit, { operator, bucket_name: BUCKET, ...limit });
      return;
    }
    default:
      performOnObject(chain, step.do, `object ${step.object}`, BigInt(sizes[step.object]!));
  }
}

function performOnObject(chain: Scenario, what: string, object_name: string, payload_size: bigint): void {
  const msg = { operator, bucket_name: BUCKET, object_name };
  switch (what) {
    case 'create':
      return void chain.createObject(BUCKET, object_name, { payload_size });
    case 'seal':
      if (!chain.object(BUCKET, object_name)) return;
      return void chain.seal(BUCKET, object_name);
    case 'reject':
      return void chain.run(storage.MsgRejectSealObject, { ...msg, operator: providerAddress(1, 'seal') });
    case 'cancel':
      return void chain.run(storage.MsgCancelCreateObject, msg);
    case 'delete':
      return void chain.run(storage.MsgDeleteObject, msg);
    case 'update':
      return void chain.run(storage.MsgUpdateObjectContent, {
        ...msg,
        payload_size: payload_size + 5n,
        expect_checksums: checksumsOf(object_name),
      });
    case 'copy':
      return void chain.run(storage.MsgCopyObject, {
        ...{ operator, src_bucket_name: BUCKET, src_object_name: 'object 0' },
        ...{ dst_bucket_name: BUCKET, dst_object_name: object_name, dst_primary_sp_approval: {} },
      });
    case 'discontinue': {
      const { id } = chain.object(BUCKET, object_name) ?? { id: 0n };
      const gc = providerAddress(1, 'gc');
      return void chain.run(storage.MsgDiscontinueObject, { operator: gc, bucket_name: BUCKET, object_ids: [id] });
    }
    case 'cancelUpdate':
      return void chain.run(storage.MsgCancelUpdateObjectContent, msg);
  }
}

test('whatever is done to objects, the books are right after each step', () => {
  fc.assert(
    fc.property(sizes, wildSteps, (sizes, steps) => {
      const chain = new Scenario();
      chain.createBucket(BUCKET, { charged_read_quota: 1_000_000n });
      for (const item of steps) {
        attempt(chain, sizes, item);
        assert.deepEqual(chain.audit(), []);
      }
    }),
    { numRuns: 30 },
  );
});

test('when all objects and the bucket are deleted, all rates, locks and sizes are zero', () => {
  fc.assert(
    fc.property(sizes, steps, (sizes, steps) => {
      const chain = new Scenario();
      chain.createBucket(BUCKET, { charged_read_quota: 1_000_000n });
      const { id } = chain.bucket(BUCKET)!;
      for (const item of steps) attempt(chain, sizes, item);
      for (const [, { object_name }] of [...chain.storage.store.objectsOf(id)]) {
        chain.run(storage.MsgDeleteObject, { operator, bucket_name: BUCKET, object_name });
      }
      chain.run(storage.MsgDeleteBucket, { operator, bucket_name: BUCKET });
      for (const [, record] of chain.payment.streams.records.range()) {
        assert.equal(record.netflow_rate, 0n, record.account);
        assert.equal(record.lock_balance, 0n, record.account);
        assert.equal(record.buffer_balance, 0n, record.account);
        assert.equal(record.out_flow_count, 0n, record.account);
      }
      assert.equal(chain.virtualGroup.gvg(1)!.stored_size, 0n);
      assert.equal(chain.storage.store.lockedCounts.size, 0);
      assert.equal(chain.storage.store.internals.size, 0);
    }),
    { numRuns: 30 },
  );
});

test('a failed message gives its ids back', () => {
  const chain = new Scenario();
  chain.createBucket(BUCKET);
  assert.throws(() => chain.createBucket(BUCKET), /Bucket already exists/);
  assert.equal(chain.createBucket('another'), 2n);
  chain.createObject(BUCKET, 'a');
  assert.throws(() => chain.createObject(BUCKET, 'big', { payload_size: 2n ** 60n }), { code: 1115 });
  assert.equal(chain.createObject(BUCKET, 'b'), 2n);
});

test('an object that goes early pays the rest of its reserve time', () => {
  const chain = new Scenario();
  chain.createBucket(BUCKET);
  chain.createObject(BUCKET, 'a');
  chain.seal(BUCKET, 'a');
  chain.nextBlock(20n);
  const gvg = chain.virtualGroup.gvg(1)!.virtual_payment_address;
  const rate = chain.stream(gvg).netflow_rate;
  const { events } = chain.run(storage.MsgDeleteObject, { operator, bucket_name: BUCKET, object_name: 'a' });
  const groups = ['DeleteLocalVirtualGroup', 'UpdateGlobalVirtualGroup', 'UpdateLocalVirtualGroup'];
  assert.deepEqual(outline(events), ['stream', ...groups, 'DeleteObject']);
  assert.equal(chain.stream(gvg).static_balance, rate * 60n, '20 s flowed, 40 s at once');
});

test('prices that changed since the bucket was priced apply to all of it at the next seal', () => {
  const chain = new Scenario();
  chain.createBucket(BUCKET, { charged_read_quota: 1_000_000n });
  chain.createObject(BUCKET, 'a');
  chain.seal(BUCKET, 'a');
  const before = -chain.stream(alice).netflow_rate;
  const twice = {
    readPrice: RECORDED_PRICE.readPrice * 2n,
    primaryStorePrice: RECORDED_PRICE.primaryStorePrice * 2n,
    secondaryStorePrice: RECORDED_PRICE.secondaryStorePrice * 2n,
  };
  chain.sp.history.push([chain.time.seconds, twice]);
  chain.nextBlock();
  chain.createObject(BUCKET, 'b');
  chain.seal(BUCKET, 'b');
  const objectRate = 18_215_862_272n;
  assert.equal(-chain.stream(alice).netflow_rate, 2n * (before + objectRate));
  assert.equal(chain.storage.store.internal(1n).price_time, chain.time.seconds);
});
