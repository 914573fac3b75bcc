/**
 * What primaries of the recorded network sent for each content of an object. Of their calls some were not kept: what the
 * receivers had at a moment follows from the payloads, which are known.
 */

import { createHash } from 'node:crypto';
import { createErasureCoder, objectChecksums } from '@prairie/redundancy';
import { readExchanges } from '../http/recording.ts';
import { generated } from '../http/send.ts';
import { PAYLOADS } from '../http/unrecorded.ts';
import { type SentTask, type SpExchange, sentTaskOf } from './recording.ts';

const coder = createErasureCoder();

export interface Shard {
  bytes: Buffer;
  checksum: Buffer;
}

/** One content of an object on its way to the secondaries of one group. */
export class Content {
  /** What primaries sent, in the order of arrival. */
  readonly calls: { exchange: SpExchange; task: SentTask }[] = [];
  readonly #payloads: readonly Buffer[];
  #segments: Buffer[] | undefined;
  readonly #shards = new Map<number, Shard[]>();

  constructor(payloads: readonly Buffer[]) {
    this.#payloads = payloads;
  }

  /** A task of the content, with the object's checksums if the recording has one. */
  get task(): SentTask {
    return this.calls.find(({ task }) => task.object_info.checksums.length > 0)?.task ?? this.calls[0]!.task;
  }

  /** @throws Error when the payload is not known */
  async segments(): Promise<Buffer[]> {
    this.#segments ??= split(await this.#payload(), this.#segmentSize);
    return this.#segments;
  }

  /** The pieces of a segment in the order of the secondaries. */
  async shards(segment: number): Promise<Shard[]> {
    let shards = this.#shards.get(segment);
    if (!shards) {
      const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } =
        this.task.storage_params.versioned_params;
      const encoded = await coder.encode((await this.segments())[segment]!, data, parity);
      shards = encoded.map((bytes) => ({ bytes: Buffer.from(bytes), checksum: sha256(bytes) }));
      this.#shards.set(segment, shards);
    }
    return shards;
  }

  /** Checksums of the primary's segments. */
  async segmentChecksums(): Promise<Buffer[]> {
    return (await this.segments()).map(sha256);
  }

  /** Gives the memory back. */
  forget(): void {
    this.#segments = undefined;
    this.#shards.clear();
  }

  get #segmentSize(): number {
    return Number(this.task.storage_params.versioned_params.max_segment_size);
  }

  async #payload(): Promise<Buffer> {
    const { object_info, storage_params } = this.task;
    const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
    const size = Number(object_info.payload_size);
    // of a delegated update the reference tells the old content's first checksum
    const [, ...expected] = object_info.checksums;
    for (const payload of [...this.#payloads, generated(size)].filter(({ length }) => length === size)) {
      const [, ...own] = await objectChecksums(payload, { segmentSize: this.#segmentSize, data, parity });
      if (expected.length > 0 && own.every((checksum, i) => checksum.equals(expected[i]!))) return payload;
    }
    throw new Error(`the payload of object ${object_info.id}, version ${object_info.version}, is not known`);
  }
}

const isReplication = ({ endpoint }: SpExchange): boolean => endpoint === 'replicate-piece';

/** The contents of a recording by the ids of the exchanges that are about them. */
export function readContents(fixtures: string, exchanges: readonly SpExchange[]): Map<number, Content> {
  const texts = readExchanges(fixtures).flatMap(({ request_body: { text } }) => (text ? [Buffer.from(text)] : []));
  const payloads = [...texts, ...PAYLOADS.map(({ payload }) => payload())];
  const contents = new Map<string, Content>();
  const byExchange = new Map<number, Content>();
  for (const exchange of exchanges.filter(isReplication)) {
    const task = sentTaskOf(exchange);
    const { id, version } = task.object_info;
    const key = `${id} ${version} ${task.global_virtual_group_id} ${task.bucket_migration}`;
    const content = contents.get(key) ?? new Content(payloads);
    contents.set(key, content);
    content.calls.push({ exchange, task });
    byExchange.set(exchange.id, content);
  }
  return byExchange;
}

function split(payload: Buffer, size: number): Buffer[] {
  const segments: Buffer[] = [];
  for (let at = 0; at < payload.length; at += size) segments.push(payload.subarray(at, at + size));
  return segments;
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
