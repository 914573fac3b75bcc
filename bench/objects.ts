/** Objects to be uploaded: their bytes, and their creation on the chain ahead of the measuring. */
import { createCipheriv, randomBytes } from 'node:crypto';
import {
  type ChainClient,
  parseTypedEvent,
  greenfieldStorage as storage,
  type TxMessage,
  type TxSender,
  txMessage,
} from '@prairie/chain';
import { createPieceMaker, ObjectChecksums, type WorkerPool } from '@prairie/redundancy';

/** A message has seven checksums: so many stay well below the length and the gas of one transaction. */
const MESSAGES_PER_TX = 20;
const CHUNK = 256 << 10;
/** Enough for everything that is read here, so that no quota is measured. */
const READ_QUOTA = 512n << 30n;

/** What is uploaded; the same bytes each time. */
export interface Content {
  readonly size: number;
  chunks(): AsyncGenerator<Uint8Array>;
}

export interface BenchObject {
  id: bigint;
  bucket: string;
  name: string;
  payload: Content;
}

/** Random bytes that begin at another place for each object: all differ, and are in memory once. */
export class Payload implements Content {
  readonly size: number;
  readonly #bytes: Buffer;
  readonly #start: number;

  constructor(bytes: Buffer, start: number) {
    this.size = bytes.length;
    this.#bytes = bytes;
    this.#start = start % bytes.length;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (const part of [this.#bytes.subarray(this.#start), this.#bytes.subarray(0, this.#start)]) {
      for (let offset = 0; offset < part.length; offset += CHUNK) yield part.subarray(offset, offset + CHUNK);
    }
  }
}

/** Bytes of any number that are never in memory together: zeros under a key that follows from `seed`. */
export function keystream(size: number, seed: number): Content {
  return {
    size,
    async *chunks() {
      const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
      const zeros = Buffer.alloc(CHUNK);
      for (let left = size; left > 0; left -= CHUNK) yield cipher.update(zeros.subarray(0, left));
    },
  };
}

export interface Owner {
  chain: ChainClient;
  sender: TxSender;
  pool: WorkerPool;
  /** Ends the waits for blocks. */
  signal: AbortSignal;
}

/** A bucket at the provider, for its owner alone or for all to read. @throws TxError */
export async function createBucket(
  { chain, sender, signal }: Owner,
  spId: number,
  operator: string,
  isPublic = false,
): Promise<string> {
  const [family] = await chain.familiesOfSp(spId);
  if (!family) throw new Error(`provider ${spId} has no family yet: the devnet was not ready`);
  const bucket = `bench-${randomBytes(4).toString('hex')}`;
  const message = txMessage(storage.MsgCreateBucket, {
    creator: sender.address,
    bucket_name: bucket,
    visibility: isPublic
      ? storage.VisibilityType.VISIBILITY_TYPE_PUBLIC_READ
      : storage.VisibilityType.VISIBILITY_TYPE_PRIVATE,
    payment_address: sender.address,
    primary_sp_address: operator,
    primary_sp_approval: { global_virtual_group_family_id: family.id },
    charged_read_quota: READ_QUOTA,
  });
  await sender.sendAndWait([message], {}, { signal });
  return bucket;
}

/** Creates `count` objects of `size` bytes, several per transaction, and resolves once all are in a block. */
export async function createObjects(
  owner: Owner,
  { bucket, prefix, size, count }: { bucket: string; prefix: string; size: number; count: number },
): Promise<BenchObject[]> {
  const bytes = randomBytes(size);
  const objects = Array.from({ length: count }, (_, index) => ({
    id: 0n,
    bucket,
    name: `${prefix}/${String(index).padStart(4, '0')}`,
    // an odd step, so that neither segments nor shards of two objects are the same
    payload: new Payload(bytes, index * 4099),
  }));
  return announce(owner, objects);
}

/** Creates the objects on the chain; they come back with their ids. */
export async function announce(owner: Owner, objects: readonly BenchObject[]): Promise<BenchObject[]> {
  const messages: TxMessage[] = [];
  for (const object of objects) messages.push(await createMessage(owner, object));
  const ids = new Map<string, bigint>();
  for (let first = 0; first < messages.length; first += MESSAGES_PER_TX) {
    const { events } = await owner.sender.sendAndWait(
      messages.slice(first, first + MESSAGES_PER_TX),
      {},
      { signal: owner.signal },
    );
    for (const event of events) {
      if (event.type !== storage.EventCreateObject.name) continue;
      const created = parseTypedEvent(event)?.value as unknown as storage.EventCreateObject;
      ids.set(created.object_name, created.object_id);
    }
  }
  return objects.map((object) => {
    const id = ids.get(object.name);
    if (id === undefined) throw new Error(`object ${object.name} was not created: no event of it in its block`);
    return { ...object, id };
  });
}

async function createMessage({ chain, sender, pool }: Owner, object: BenchObject): Promise<TxMessage> {
  const { versioned_params: params } = await chain.storageParams(0n);
  const checksums = new ObjectChecksums(
    {
      segmentSize: Number(params.max_segment_size),
      data: params.redundant_data_chunk_num,
      parity: params.redundant_parity_chunk_num,
    },
    { pieceMaker: createPieceMaker({ pool }) },
  );
  for await (const chunk of object.payload.chunks()) await checksums.update(chunk);
  return txMessage(storage.MsgCreateObject, {
    creator: sender.address,
    bucket_name: object.bucket,
    object_name: object.name,
    payload_size: BigInt(object.payload.size),
    visibility: storage.VisibilityType.VISIBILITY_TYPE_INHERIT,
    content_type: 'application/octet-stream',
    primary_sp_approval: {},
    expect_checksums: await checksums.finish(),
    redundancy_type: storage.RedundancyType.REDUNDANCY_EC_TYPE,
  });
}
