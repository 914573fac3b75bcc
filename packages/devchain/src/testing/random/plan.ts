/** Which messages a block gets, and in which transactions. */
import type { TestKey } from '../network.ts';
import { type Draft, FEE, type Kind } from './draft.ts';
import type { World } from './world.ts';

/** Messages of a block, at most. */
export const BLOCK_SIZE = 24;
/** Coins of who signs: enough for its transactions of a block. */
const FEES = BigInt(BLOCK_SIZE) * FEE.amount;
/** Kinds tried per message wanted: what nothing can be done with at the moment is passed over. */
const TRIES = 6;
/** How many drafts join another of the same signer in its transaction. */
const JOINING = 0.3;
/** How many transactions get a last message that must fail, and take the others with it. */
const SPOILT = 0.02;

export interface Planned extends Draft {
  kind: string;
}

export interface PlannedTx {
  drafts: Planned[];
  /** Its last message is one that fails. */
  spoilt: boolean;
}

/** Messages that do not get in one another's way. */
export function planned(world: World, kinds: readonly Kind[], wanted: number): Planned[] {
  const drafts: Planned[] = [];
  const needed = new Set<string>();
  const changed = new Set<string>();
  for (let attempt = 0; attempt < wanted * TRIES && drafts.length < wanted; attempt++) {
    const kind = world.rng.weighted(kinds);
    const draft = kind.make(world);
    if (!draft || world.keepers.bank.balance(draft.signer.address) < FEES) continue;
    const { needs = [], changes = [] } = draft;
    const isTaken = (name: string) => changed.has(name);
    if (needs.some(isTaken) || changes.some((name) => isTaken(name) || needed.has(name))) continue;
    for (const name of needs) needed.add(name);
    for (const name of changes) changed.add(name);
    drafts.push({ ...draft, kind: kind.name });
  }
  return drafts;
}

/** A message each, or several of one signer. */
export function inTransactions(world: World, drafts: readonly Planned[]): PlannedTx[] {
  const { rng } = world;
  const open = new Map<TestKey, PlannedTx>();
  const txs: PlannedTx[] = [];
  for (const draft of drafts) {
    const joins = isSure(world, draft) && rng.chance(JOINING) ? open.get(draft.signer) : undefined;
    if (joins) joins.drafts.push(draft);
    else {
      const tx = { drafts: [draft], spoilt: isSure(world, draft) && rng.chance(SPOILT) };
      if (isSure(world, draft)) open.set(draft.signer, tx);
      txs.push(tx);
    }
  }
  return txs;
}

/** Nothing allows the chain to refuse it, so it does no harm to others in its transaction. */
const isSure = (world: World, { payers = [], byPolicy, paysOut, granter }: Draft): boolean =>
  granter === undefined && !byPolicy && !paysOut && payers.every((payer) => world.isRich(payer));
