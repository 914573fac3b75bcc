/** What accounts have locked: the fees of all uploads that are not sealed yet, at the terms of when they began. */
import type { greenfieldStorage as storage } from '@prairie/chain';
import type { AppKeepers } from '../../chain/app.ts';
import { addressKey, idKey } from '../../keys.ts';
import { lockFee } from '../../modules/storage/billing.ts';

type Keepers = Pick<AppKeepers, 'payment' | 'storage'>;

interface Waiting {
  /** Undefined when the bucket is gone. */
  bucket: storage.BucketInfo | undefined;
  fee: bigint;
}

/** New objects, also those whose deletion is announced, and new content of sealed ones. */
function* waiting({ storage }: Keepers): IterableIterator<Waiting> {
  const { store, charges } = storage;
  const fee = (size: bigint, since: bigint) => lockFee(size, charges.termsAt(since));
  for (const [, object] of store.objects.range()) {
    const bucket = store.findBucket(object.bucket_name);
    // only what was sealed is in a local group
    if (object.local_virtual_group_id === 0) yield { bucket, fee: fee(object.payload_size, object.create_at) };
    if (!object.is_updating) continue;
    const { payload_size, updated_at } = store.shadow(object);
    yield { bucket, fee: fee(payload_size, updated_at) };
  }
}

export function lockFindings(keepers: Keepers): string[] {
  const fees = new Map<string, bigint>();
  const counts = new Map<string, number>();
  // of objects whose name a copy took over, and whose bucket was deleted then: nobody can unlock these any more
  let stranded = false;
  for (const { bucket, fee } of waiting(keepers)) {
    if (!bucket) {
      stranded = true;
      continue;
    }
    const payer = addressKey(bucket.payment_address);
    fees.set(payer, (fees.get(payer) ?? 0n) + fee);
    counts.set(idKey(bucket.id), (counts.get(idKey(bucket.id)) ?? 0) + 1);
  }
  return [...lockedBalances(keepers, fees, stranded), ...lockedCounts(keepers, counts)];
}

function lockedBalances({ payment }: Keepers, fees: ReadonlyMap<string, bigint>, stranded: boolean): string[] {
  const found: string[] = [];
  for (const [key, { account, lock_balance: locked }] of payment.streams.records.range()) {
    const expected = fees.get(key) ?? 0n;
    if (locked === expected || (stranded && locked > expected)) continue;
    found.push(`stream ${account} has ${locked} wei locked, its uploads that wait cost ${expected}`);
  }
  return found;
}

function lockedCounts({ storage }: Keepers, counts: ReadonlyMap<string, number>): string[] {
  return [...storage.store.buckets.range()]
    .filter(([key]) => (storage.store.lockedCounts.get(key) ?? 0) !== (counts.get(key) ?? 0))
    .map(([key, { bucket_name: name }]) => {
      const counted = storage.store.lockedCounts.get(key) ?? 0;
      return `bucket ${name} counts ${counted} uploads that wait, there are ${counts.get(key) ?? 0}`;
    });
}
