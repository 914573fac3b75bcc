/** Blocks of a made-up life of buckets and objects, the same for a seed: what a chain could have, in any order. */
import {
  type ChainBlock,
  type ChainEvent,
  type Init,
  type MessageType,
  greenfieldPayment as payment,
  greenfieldPermission as permission,
  greenfieldStorage as storage,
  typedEventAttributes,
} from '@prairie/chain';

export interface GeneratedOptions {
  seed: number;
  blocks: number;
  /** In a block at most. */
  events: number;
}

interface LiveObject {
  id: bigint;
  bucket: LiveBucket;
  name: string;
  size: bigint;
  sealed: boolean;
}

interface LiveBucket {
  id: bigint;
  name: string;
  objects: number;
}

export const OWNER = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const OTHERS = ['0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A', '0x55Bb0651F974cd14E9aEf38776613a7837375683'];
const PARTS = ['a', 'b', 'photos', '2026', 'x y', 'ä', ''];
const SIZES = [0n, 1n, 128_000n, 128_001n, 16n << 20n];
const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;

export function eventOf<T>(type: MessageType<T>, value: Init<T>): ChainEvent {
  return { type: type.name, attributes: typedEventAttributes(type, value) };
}

/** A block whose transactions have those events. */
export function blockOf(height: bigint, txs: readonly ChainEvent[][], end: readonly ChainEvent[] = []): ChainBlock {
  const unixSeconds = 1_795_219_200n + height;
  return {
    height,
    time: new Date(Number(unixSeconds) * 1000).toISOString(),
    unixSeconds,
    hash: height.toString(16).toUpperCase().padStart(64, '0'),
    txs: txs.map((_, i) => Buffer.from(`${height}/${i}`)),
    txsResults: txs.map((events) => ({
      ...{ code: 0, codespace: '', log: '', data: Buffer.alloc(0), gasWanted: 0n, gasUsed: 0n },
      events,
    })),
    beginBlockEvents: [],
    endBlockEvents: [...end],
  };
}

/** Numbers from 0 to below 1. */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function generatedBlocks({ seed, blocks, events }: GeneratedOptions): ChainBlock[] {
  const life = new Life(randomOf(seed));
  return Array.from({ length: blocks }, (_, i) => life.block(BigInt(i + 1), events));
}

/** What lives, and what happens to it next. */
class Life {
  readonly #random: () => number;
  readonly #buckets: LiveBucket[] = [];
  readonly #objects: LiveObject[] = [];
  #lastId = 0n;

  constructor(random: () => number) {
    this.#random = random;
  }

  block(height: bigint, maxEvents: number): ChainBlock {
    const txs: ChainEvent[][] = [];
    const end: ChainEvent[] = [];
    for (let left = this.#below(maxEvents + 1); left > 0; left--) {
      const events = this.#next();
      // what comes after the transactions ends the block
      if (end.length > 0 || this.#below(30) === 0) end.push(...events);
      else if (txs.length === 0 || this.#below(3) === 0) txs.push(events);
      else txs.at(-1)!.push(...events);
    }
    return blockOf(height, txs, end);
  }

  #next(): ChainEvent[] {
    if (this.#buckets.length === 0 || this.#below(40) === 0) return this.#createBucket();
    const turn = this.#below(100);
    if (turn < 45 || this.#objects.length === 0) return this.#createObject();
    if (turn < 65) return this.#seal();
    if (turn < 85) return this.#end();
    return turn < 92 ? this.#change() : this.#beside();
  }

  #createBucket(): ChainEvent[] {
    // names come again: a bucket takes the place of one that was deleted
    const name = `bucket-${this.#below(12)}`;
    const taken = this.#buckets.findIndex((bucket) => bucket.name === name);
    const events = taken < 0 ? [] : this.#deleteBucket(taken);
    const bucket = { id: ++this.#lastId, name, objects: 0 };
    this.#buckets.push(bucket);
    const fields = { bucket_id: bucket.id, bucket_name: name, owner: OWNER, payment_address: OWNER };
    return [...events, eventOf(storage.EventCreateBucket, { ...fields, create_at: 1_795_219_200n })];
  }

  #deleteBucket(index: number): ChainEvent[] {
    const [bucket] = this.#buckets.splice(index, 1);
    const gone = this.#objects.filter((object) => object.bucket === bucket);
    return [
      ...gone.map((object) => this.#remove(object, eventOf(storage.EventDeleteObject, namesOf(object)))),
      eventOf(storage.EventDeleteBucket, { bucket_id: bucket!.id, bucket_name: bucket!.name, owner: OWNER }),
    ];
  }

  #createObject(): ChainEvent[] {
    const bucket = this.#any(this.#buckets);
    const name = Array.from({ length: 1 + this.#below(4) }, () => this.#any(PARTS)).join('/');
    const isTaken = this.#objects.some((object) => object.bucket === bucket && object.name === name);
    if (isTaken || name === '') return this.#beside();
    const size = this.#any(SIZES);
    const object = { id: ++this.#lastId, bucket, name, size, sealed: size === 0n };
    this.#objects.push(object);
    const event = eventOf(storage.EventCreateObject, {
      ...namesOf(object),
      bucket_id: bucket.id,
      creator: OWNER,
      owner: OWNER,
      payload_size: size,
      content_type: 'text/plain',
      create_at: 1_795_219_200n,
      status: object.sealed ? OBJECT_STATUS_SEALED : OBJECT_STATUS_CREATED,
      checksums: [Buffer.alloc(32, this.#below(256))],
    });
    return [event];
  }

  #seal(): ChainEvent[] {
    const object = this.#any(this.#objects);
    if (object.sealed) return this.#change();
    object.sealed = true;
    return [sealed(object)];
  }

  /** Its deletion, or what takes its place before it is sealed. */
  #end(): ChainEvent[] {
    const object = this.#any(this.#objects);
    const fields = { ...namesOf(object), operator: OWNER };
    if (object.sealed || this.#below(3) === 0) {
      const discontinued = eventOf(storage.EventDiscontinueObject, { ...fields, reason: 'test', delete_at: 9n });
      const deleted = this.#remove(object, eventOf(storage.EventDeleteObject, fields));
      return this.#below(4) === 0 ? [discontinued, deleted] : [deleted];
    }
    if (this.#below(2) === 0) return [this.#remove(object, eventOf(storage.EventCancelCreateObject, fields))];
    return [this.#remove(object, eventOf(storage.EventRejectSealObject, { ...fields, for_update: false }))];
  }

  #change(): ChainEvent[] {
    const object = this.#any(this.#objects);
    const { object_id } = namesOf(object);
    if (!object.sealed) return [eventOf(storage.EventUpdateObjectInfo, { ...namesOf(object), visibility: 1 })];
    const [before, size] = [object.size, this.#any(SIZES)];
    const announced = eventOf(storage.EventUpdateObjectContent, { object_id, operator: OWNER, payload_size: size });
    if (this.#below(4) === 0 && size > 0n) {
      const rejected = { ...namesOf(object), operator: OWNER, for_update: true };
      return [announced, eventOf(storage.EventRejectSealObject, rejected)];
    }
    object.size = size;
    if (size === 0n) return [announced];
    const done = { ...namesOf(object), prev_payload_size: before, new_payload_size: size, version: 1n };
    return [announced, eventOf(storage.EventUpdateObjectContentSuccess, done), sealed(object)];
  }

  #beside(): ChainEvent[] {
    const bucket = this.#any(this.#buckets);
    const account = this.#any(OTHERS);
    const policy_id = BigInt(1 + this.#below(20));
    const balance = BigInt(this.#below(1000)) * 10n ** 18n;
    const choices: ChainEvent[][] = [
      [eventOf(payment.EventStreamRecordUpdate, { account, static_balance: balance, netflow_rate: -balance })],
      [eventOf(storage.EventSetTag, { resource: `grn:b::${bucket.name}`, tags: { tags: [{ key: 'k', value: 'v' }] } })],
      [
        eventOf(permission.EventPutPolicy, {
          ...{ policy_id, principal: { type: 1, value: account }, resource_type: 1, resource_id: policy_id },
          statements: [{ effect: 1, actions: [6] }],
        }),
      ],
      [eventOf(permission.EventDeletePolicy, { policy_id })],
      [eventOf(storage.EventToggleSPAsDelegatedAgent, { bucket_name: bucket.name, bucket_id: bucket.id })],
    ];
    return this.#any(choices);
  }

  #remove(object: LiveObject, event: ChainEvent): ChainEvent {
    this.#objects.splice(this.#objects.indexOf(object), 1);
    return event;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #any<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!;
  }
}

const namesOf = ({ bucket, name, id }: LiveObject) => ({ bucket_name: bucket.name, object_name: name, object_id: id });

const sealed = (object: LiveObject): ChainEvent =>
  eventOf(storage.EventSealObject, {
    ...namesOf(object),
    ...{ status: OBJECT_STATUS_SEALED, global_virtual_group_id: 1, local_virtual_group_id: 1, operator: OWNER },
  });
