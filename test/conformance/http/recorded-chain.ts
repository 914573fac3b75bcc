/**
 * The recorded chain on a port of its own, as far as a moment of the recording. Our providers may hand in transactions,
 * and the recorded ones are executed all the same: ours take their place only where a client waits for them.
 */
import { greenfieldStorage as storage, txHash } from '@prairie/chain';
import { ChainStore, type Genesis, type OpenedChain, openChain, parseTime } from '@prairie/devchain';
import { RpcServer } from '@prairie/devchain/conformance';
import { alignChallenges } from '../chain/challenges.ts';
import { RECORDED_IDENTITY, RECORDED_UPGRADES, type RecordedBlock, type Recording } from '../chain/recording.ts';
import { handedIn, purposeOf, Seals, sealsOf } from './transactions.ts';

const SEALED_EVENT = 'greenfield.storage.EventSealObject';
const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;

/** From the time in a block's header until its providers acted upon it, milliseconds: about a block's interval. */
const LAG_MS = 600;

export class RecordedChain {
  readonly seals: Seals;
  /** Hashes of our transactions that took the place of recorded ones, ours first. */
  readonly replaced = new Map<string, string>();
  readonly #recording: Recording;
  readonly #store = new ChainStore({});
  readonly #opened: OpenedChain;
  #server: RpcServer | undefined;

  /** `endpoints`: the recorded endpoints of providers, and where those are that stand for them. */
  constructor(recording: Recording, endpoints: ReadonlyMap<string, string>) {
    this.#recording = recording;
    this.#opened = openChain(this.#store, {
      genesis: moved(recording.genesis, endpoints),
      upgrades: RECORDED_UPGRADES,
      identity: () => RECORDED_IDENTITY,
    });
    this.seals = new Seals(this.#opened.chain);
  }

  async listen(): Promise<string> {
    const { chain, keepers, text } = this.#opened;
    const deps = { chain, identity: () => RECORDED_IDENTITY, genesis: text, bank: keepers.bank };
    this.#server = await RpcServer.listen({ port: 0, host: '127.0.0.1' }, deps);
    return `http://127.0.0.1:${this.#server.port}`;
  }

  get height(): number {
    return this.#opened.chain.height;
  }

  /** When providers knew the next block, unix milliseconds; undefined after the last one. */
  get nextAt(): number | undefined {
    return this.#recording.times.has(this.height + 1) ? this.knownAt(this.height + 1) : undefined;
  }

  knownAt(height: number): number {
    return Date.parse(this.#recording.times.get(height)!) + LAG_MS;
  }

  /**
   * Executes the next recorded block, once our providers are as far as the recorded ones were: with their seals, and,
   * while a request is `open`, with the transaction that it asks for. @throws Error when they owe a seal, after the block
   */
  async advance(open?: Promise<unknown>): Promise<void> {
    const recorded = this.#recording.blocks.get(this.height + 1);
    const purposes = recorded && open ? txsOf(recorded).map(purposeOf) : [];
    for (const purpose of purposes) if (purpose && open) await handedIn(this.#opened.chain, purpose, open);
    const seals = await Promise.allSettled(sealedIn(recorded).map((object) => this.seals.handedIn(object)));
    this.#execute(recorded);
    const failure = seals.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  }

  #execute(recorded: RecordedBlock | undefined): void {
    const { chain } = this.#opened;
    const time = parseTime(this.#recording.times.get(this.height + 1)!);
    if (!recorded) {
      chain.executeBlock({ time, txs: this.#lateSeals() });
      return;
    }
    alignChallenges(this.#opened, recorded);
    const txs = txsOf(recorded).map((tx) => this.#oursFor(tx));
    const randaoMix = Buffer.from(recorded.block.block.header.randao_mix, 'hex');
    chain.executeBlock({ time, txs, randaoMix, edit: () => this.#alignSequences(recorded) });
  }

  /** The waiting transaction that asks for the same as a recorded one, or the recorded one. */
  #oursFor(recorded: Buffer): Uint8Array {
    const purpose = purposeOf(recorded);
    if (purpose === undefined) return recorded;
    const { mempool } = this.#opened.chain;
    const ours = mempool.first(mempool.count).find(({ bytes }) => purposeOf(bytes) === purpose);
    if (!ours) return recorded;
    this.replaced.set(ours.hash, txHash(recorded));
    return ours.bytes;
  }

  /** Seals of ours that come after the recorded ones. Whoever handed them in waits for their failure. */
  #lateSeals(): Uint8Array[] {
    const { mempool } = this.#opened.chain;
    const waiting = mempool.first(mempool.count).map(({ bytes }) => bytes);
    return waiting.filter((tx) => sealsOf(tx)?.every((seal) => this.#isSealed(seal)));
  }

  #isSealed({ bucket_name, object_name }: { bucket_name: string; object_name: string }): boolean {
    const { store } = this.#opened.keepers.storage;
    const bucket = store.findBucket(bucket_name);
    const object = bucket && store.findObject(bucket, object_name);
    return object === undefined || (object.object_status === OBJECT_STATUS_SEALED && !object.is_updating);
  }

  /** Recorded transactions count on the recorded sequences, whatever late seals did to them. */
  #alignSequences({ block_results }: RecordedBlock): void {
    const { accounts } = this.#opened.keepers;
    const attributes = (block_results.txs_results ?? []).flatMap(({ events }) => events).flatMap((e) => e.attributes);
    const used = attributes.filter(({ key }) => key === 'acc_seq').map(({ value }) => value.split('/'));
    // the first of an account's in a block counts, so that comes last here
    for (const [address = '', sequence = ''] of used.reverse()) {
      accounts.insert({ ...accounts.ensure(address), sequence: BigInt(sequence) });
    }
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#store.close();
  }
}

const txsOf = ({ block }: RecordedBlock): Buffer[] => block.block.data.txs.map((tx) => Buffer.from(tx, 'base64'));

/** Objects that a block seals, as `bucket/object`. */
function sealedIn(recorded: RecordedBlock | undefined): string[] {
  const events = (recorded?.block_results.txs_results ?? []).flatMap((result) => result.events);
  return events
    .filter(({ type }) => type === SEALED_EVENT)
    .map(({ attributes }) => {
      const value = (name: string) => JSON.parse(attributes.find(({ key }) => key === name)!.value) as string;
      return `${value('bucket_name')}/${value('object_name')}`;
    });
}

function moved(genesis: Genesis, endpoints: ReadonlyMap<string, string>): Genesis {
  let text = JSON.stringify(genesis);
  for (const [recorded, ours] of endpoints) text = text.replaceAll(JSON.stringify(recorded), JSON.stringify(ours));
  return JSON.parse(text) as Genesis;
}
