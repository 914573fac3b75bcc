/** What transactions of providers are about, and waiting for them. */
import { setTimeout as delay } from 'node:timers/promises';
import { cosmosTxV1beta1 as cosmos, decode, type MessageType, greenfieldStorage as storage } from '@prairie/chain';
import type { Chain } from '@prairie/devchain';

/** Messages that a provider makes on behalf of a client, who waits for the transaction. */
const ON_BEHALF: ReadonlySet<string> = new Set([
  storage.MsgDelegateCreateObject.typeUrl,
  storage.MsgDelegateUpdateObjectContent.typeUrl,
]);

const SEALS: ReadonlyMap<string, MessageType<{ bucket_name: string; object_name: string }>> = new Map(
  [storage.MsgSealObject, storage.MsgSealObjectV2].map((type) => [type.typeUrl, type]),
);

/** A provider that is asked for a transaction hands it in within so long, milliseconds of the machine. */
const PATIENCE_MS = 20_000;

const messagesOf = (tx: Uint8Array) => decode(cosmos.TxBody, decode(cosmos.TxRaw, tx).body_bytes).messages;

/** The message of a transaction on behalf of a client, as text; undefined for all others. */
export function purposeOf(tx: Uint8Array): string | undefined {
  const [message, ...more] = messagesOf(tx);
  if (!message || more.length > 0 || !ON_BEHALF.has(message.type_url)) return undefined;
  return `${message.type_url} ${Buffer.from(message.value).toString('hex')}`;
}

/** `bucket/object` of the seals that a transaction consists of; undefined for all others. */
export function sealsOf(tx: Uint8Array): { bucket_name: string; object_name: string }[] | undefined {
  const messages = messagesOf(tx);
  const types = messages.map(({ type_url }) => SEALS.get(type_url));
  return types.every((type) => type) ? messages.map(({ value }, i) => decode(types[i]!, value)) : undefined;
}

/** Resolves when a transaction with this purpose waits for a block, or `otherwise` settles, or it takes too long. */
export async function handedIn(chain: Chain, purpose: string, otherwise: Promise<unknown>): Promise<void> {
  const { mempool } = chain;
  if (mempool.first(mempool.count).some(({ bytes }) => purposeOf(bytes) === purpose)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const off = chain.arrivals.add(({ bytes }) => {
    if (purposeOf(bytes) === purpose) resolve();
  });
  const timer = new AbortController();
  await Promise.race([promise, otherwise, delay(PATIENCE_MS, undefined, timer)]).finally(() => {
    off();
    timer.abort();
  });
}

/** Seals that our providers owe for uploads that they acknowledged, by `bucket/object`. */
export class Seals {
  readonly #owed = new Map<string, PromiseWithResolvers<void>>();

  constructor(chain: Chain) {
    chain.arrivals.add(({ bytes }) => {
      for (const { bucket_name, object_name } of sealsOf(bytes) ?? []) {
        this.#owed.get(`${bucket_name}/${object_name}`)?.resolve();
      }
    });
  }

  /** An upload begins. */
  expect(object: string): void {
    this.#owed.set(object, Promise.withResolvers());
  }

  /** It was refused. */
  dismiss(object: string): void {
    this.#owed.get(object)?.resolve();
    this.#owed.delete(object);
  }

  /** Resolves at once for an object that nobody uploads here. @throws Error when it takes too long */
  async handedIn(object: string): Promise<void> {
    const owed = this.#owed.get(object);
    if (!owed) return;
    const timer = setTimeout(() => owed.reject(new Error(`no seal of ${object}`)), PATIENCE_MS);
    await owed.promise.finally(() => clearTimeout(timer));
    this.#owed.delete(object);
  }
}
