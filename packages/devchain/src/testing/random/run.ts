/** Blocks full of random valid messages, and what became of them. */
import { greenfieldStorage as storage } from '@prairie/chain';
import type { BlockRecord, TxResultJson } from '../../chain/block-types.ts';
import type { TxOutcome } from '../../chain/tx-runner.ts';
import { Invariants } from '../invariants/index.ts';
import { msg, signed } from '../sender.ts';
import { type Draft, FEE, type Kind } from './draft.ts';
import { KINDS } from './kinds.ts';
import { BLOCK_SIZE, inTransactions, type Planned, type PlannedTx, planned } from './plan.ts';
import type { Script } from './replay.ts';
import type { OpenedWorld } from './setup.ts';
import { World } from './world.ts';

/** Seconds between blocks, and how often: mostly a moment, at times a day. */
const PAUSES = [
  { weight: 10, from: 0, to: 0 },
  { weight: 45, from: 1, to: 1 },
  { weight: 25, from: 1, to: 5 },
  { weight: 15, from: 5, to: 60 },
  { weight: 4, from: 60, to: 900 },
  { weight: 1, from: 900, to: 90_000 },
] as const;
const EMPTY = 0.05;

/** What a payer who has little may be told. */
const TOO_POOR = /lacks? of|lacks \d|not enough|is frozen|is smaller than/;

export interface Tally {
  accepted: number;
  /** Refused for a reason that the draft allows: its payer has too little, its policy has ended. */
  tolerated: number;
}

/** A message that should have been accepted. */
export interface Surprise {
  kind: string;
  height: number;
  log: string;
  message: unknown;
}

type Refusal = Pick<TxResultJson, 'code' | 'codespace' | 'log'>;

export interface RunOptions {
  kinds?: readonly Kind[];
  /** Default: a new chain in memory. */
  opened?: OpenedWorld;
}

export class RandomRun {
  readonly world: World;
  readonly invariants: Invariants;
  readonly tallies = new Map<string, Tally>();
  readonly surprises: Surprise[] = [];
  readonly script: Script = { blocks: [] };
  /** State hashes by height, from 1 on. */
  readonly hashes: string[] = [];
  private readonly kinds: readonly Kind[];
  /** Transactions in the mempool, with what they were made from; undefined for those of others. */
  private waiting: { bytes: Buffer; plan: PlannedTx | undefined }[] = [];

  constructor(seed: number, { kinds = KINDS, opened }: RunOptions = {}) {
    this.kinds = kinds;
    this.world = new World(seed, opened);
    this.invariants = new Invariants(this.world.keepers);
    this.begin();
  }

  get accepted(): number {
    return [...this.tallies.values()].reduce((sum, { accepted }) => sum + accepted, 0);
  }

  get tolerated(): number {
    return [...this.tallies.values()].reduce((sum, { tolerated }) => sum + tolerated, 0);
  }

  /** One block of random messages, behind those that wait already. */
  block(): BlockRecord {
    const { rng } = this.world;
    const wanted = rng.chance(EMPTY) ? 0 : rng.between(1, BLOCK_SIZE);
    for (const tx of inTransactions(this.world, planned(this.world, this.kinds, wanted))) this.send(tx);
    const { from, to } = rng.weighted<(typeof PAUSES)[number]>(PAUSES);
    return this.produce(BigInt(rng.between(from, to)));
  }

  /** One random message; undefined when none was found at once. */
  draft(): Planned | undefined {
    return planned(this.world, this.kinds, 1)[0];
  }

  /** Sends somebody else's transaction: it is in the next block when it is valid. */
  offer(bytes: Buffer): TxOutcome {
    return this.submit(bytes, undefined);
  }

  /** Genesis is seen from the third block on; providers form a family each. */
  private begin(): void {
    this.produce(1n);
    this.produce(5n);
    const family = this.kinds.filter(({ name }) => name === 'CreateGlobalVirtualGroup, new family');
    for (const _ of this.world.keepers.sp.all()) {
      for (const draft of planned(this.world, family, family.length)) this.send({ drafts: [draft], spoilt: false });
      this.produce(1n);
    }
  }

  private produce(pause: bigint): BlockRecord {
    const txs = this.waiting;
    this.waiting = [];
    this.script.blocks.push({ time: this.world.time, txs: txs.map(({ bytes }) => bytes) });
    const record = this.world.produceBlock(pause);
    this.invariants.observe(record);
    this.hashes.push(record.app_hash);
    for (const [index, result] of (record.results.txs_results ?? []).entries()) {
      const { plan } = txs[index]!;
      if (plan) this.judge(plan, result, record.height);
    }
    return record;
  }

  private send(plan: PlannedTx): void {
    const { signer, granter } = plan.drafts[0]!;
    const messages = plan.drafts.map(({ message }) => message);
    if (plan.spoilt) {
      messages.push(msg(storage.MsgDeleteBucket, { operator: signer.address, bucket_name: 'there-is-no-such-bucket' }));
    }
    const bytes = signed(this.world, signer, messages, { fee: granter === undefined ? FEE : { ...FEE, granter } });
    const outcome = this.submit(bytes, plan);
    if (outcome.code !== 0) this.refused(plan, outcome, this.world.chain.height + 1);
  }

  private submit(bytes: Buffer, plan: PlannedTx | undefined): TxOutcome {
    const outcome = this.world.chain.submit(bytes);
    if (outcome.code === 0) this.waiting.push({ bytes, plan });
    return outcome;
  }

  private judge(plan: PlannedTx, result: TxResultJson, height: number): void {
    if (plan.spoilt) {
      if (result.code === 0) this.surprise(plan.drafts[0]!, 'a transaction with a message that must fail', height);
    } else if (result.code !== 0) this.refused(plan, result, height);
    else for (const { kind } of plan.drafts) this.tally(kind).accepted++;
  }

  private refused({ drafts }: PlannedTx, refusal: Refusal, height: number): void {
    const [first] = drafts;
    if (drafts.length === 1 && isTolerable(this.world, first!, refusal)) this.tally(first!.kind).tolerated++;
    else this.surprise(first!, `${refusal.codespace}/${refusal.code} ${refusal.log}`, height);
  }

  private surprise({ kind, message }: Planned, log: string, height: number): void {
    this.surprises.push({ kind, height, log, message: message.value });
  }

  private tally(kind: string): Tally {
    const tally = this.tallies.get(kind) ?? { accepted: 0, tolerated: 0 };
    this.tallies.set(kind, tally);
    return tally;
  }
}

function isTolerable(
  world: World,
  { payers = [], byPolicy, paysOut }: Draft,
  { code, codespace, log }: Refusal,
): boolean {
  if (byPolicy && codespace === 'storage' && code === 1107) return true;
  if (paysOut && /spendable balance .* is smaller than/.test(log)) return true;
  return TOO_POOR.test(log) && payers.some((payer) => !world.isRich(payer));
}
