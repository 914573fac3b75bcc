import type { CondemnedKey, CondemnedPieces, GcFinding, GcKind } from '@prairie/gfsp';
import { PRIMARY, promoteIntegrity } from '../common/integrity.ts';
import { settled } from '../common/settle.ts';
import { type Candidate, type Examined, examine, NO_CLAIMS } from './examination.ts';
import { FactFinder } from './facts.ts';
import { Holds } from './holds.ts';
import { Pace } from './pace.ts';
import { piecesOf } from './pieces.ts';
import { type GcCounts, type GcRun, type GcTools, noCounts } from './ports.ts';
import { type Doomed, doomedOf, isToPromote } from './rules.ts';
import { rowNames } from './same-row.ts';

const SAFE_OBJECT_IDS = 1000n;
/** Objects with something held. */
const MOST_HELD = 500;

export interface CollectorOptions {
  kind: GcKind;
  /** The objects were deleted, as the tables say, long ago: the chain alone is asked. */
  knownDeleted?: boolean;
}

interface Hold {
  key: CondemnedKey;
  until: number;
}

/**
 * Collects what nobody needs of given objects: every kind of collection goes through it, they differ in the objects they
 * look at. Rows go before pieces.
 *
 * What may become needed again (a cancelled update may be begun anew with the same version, a bucket may come back) is
 * held first: from then on nobody begins to store it. Then the chain is asked once more, for an answer that knows of
 * everything that had begun before, and only then rows and pieces go.
 */
export class Collector {
  readonly counts: GcCounts = noCounts();
  readonly #options: CollectorOptions;
  readonly #run: GcRun;
  readonly #tools: GcTools;
  readonly #holds: Holds;
  readonly #pace: Pace;
  /** What waits for the second look: the chain is waited for once for all of it. */
  readonly #held = new Map<bigint, { one: Examined; holds: Hold[] }>();
  /** When the first of its holds ends. */
  #oldest = Number.POSITIVE_INFINITY;

  constructor(options: CollectorOptions, run: GcRun, tools: GcTools) {
    this.#options = options;
    this.#run = run;
    this.#tools = tools;
    this.#holds = new Holds(tools);
    this.#pace = new Pace(run.rate);
  }

  /** Some dozens of objects at a time. @throws what chain, tables or store throw: what is not known stays */
  async collect(candidates: readonly Candidate[]): Promise<void> {
    this.counts.looked += candidates.length;
    for (const one of await examine(candidates, this.#finder(), this.#tools, this.#run.signal)) {
      if (one.facts.is === 'unclear') this.#keep(one, one.facts.why);
      await this.#promote(one);
      for (const doomed of one.doomed) if (doomed.isFinal) await this.#remove(one, doomed);
      await this.#hold(one);
    }
    if (this.#held.size >= MOST_HELD || !this.#holds.isYoung(this.#oldest)) await this.finish();
  }

  /** The second look at what is held: what is still doomed goes, the rest is let go. */
  async finish(): Promise<void> {
    if (this.#held.size === 0) return;
    const objects = [...this.#held.values()].map(({ one }) => one);
    const finder = this.#finder();
    const { settleBlocks: blocks, signal } = this.#run;
    await settled(this.#tools.consensus, { blocks, signal });
    await finder.foresee(objects.map(({ facts }) => facts));
    await settled(this.#tools.consensus, { blocks, signal });
    const again = await examine(objects, finder, this.#tools, this.#run.signal);
    const byId = new Map(again.map((one) => [one.objectId, one]));
    for (const [objectId, { one, holds }] of this.#held) {
      this.#held.delete(objectId);
      for (const hold of holds) await this.#removeHeld(byId.get(objectId) ?? { ...one, doomed: [] }, hold);
    }
    this.#oldest = Number.POSITIVE_INFINITY;
  }

  async #removeHeld(one: Examined, { key, until }: Hold): Promise<void> {
    const doomed = one.doomed.find((now) => isOf(now, key));
    if (doomed && (await this.#holds.takeRows(one.objectId, doomed, until))) {
      return this.#deletePieces(one, doomed, until);
    }
    this.#keep(one, doomed ? 'it changes at this moment' : 'it is needed again');
    if (doomed) await this.#holds.letGo(key, until);
    else await this.#holds.release(key, until);
  }

  /** Nothing is held any more: a run that breaks off keeps nobody from storing. */
  async letGo(): Promise<void> {
    for (const { holds } of this.#held.values()) {
      for (const { key, until } of holds) {
        await this.#holds.letGo(key, until).catch((error: unknown) => {
          this.#tools.logger.debug('a hold stays until its time is over', { ...key, error });
        });
      }
    }
    this.#held.clear();
  }

  #finder(): FactFinder {
    const { safeObjectIds = SAFE_OBJECT_IDS, safeBlocks = 0n } = this.#run;
    const { knownDeleted = false } = this.#options;
    return new FactFinder({ safeObjectIds, safeBlocks, knownDeleted }, this.#tools);
  }

  /** An update's checksums take the place of those of the content before, whose pieces are condemned with that. */
  async #promote({ objectId, facts, claims }: Examined): Promise<void> {
    for (const row of claims.shadows) {
      const { redundancy_index: index } = row;
      const isManagers = index === PRIMARY && claims.upload !== undefined;
      if (isManagers || !isToPromote(facts, row)) continue;
      if (facts.roles !== 'all' && !facts.roles.has(index)) continue;
      await this.#tell('its update was sealed', rowNames({ table: 'shadow_integrity_meta', row }));
      if (this.#run.dryRun) continue;
      const { spdb } = this.#tools;
      await spdb.transaction((tables) => promoteIntegrity(tables, facts.object, index));
      const { condemned = [] } = (await spdb.listClaims([objectId])).get(objectId) ?? {};
      const left = { ...NO_CLAIMS, condemned: condemned.filter(({ blocked_until }) => blocked_until === 0) };
      for (const doomed of doomedOf(facts, left)) await this.#remove({ objectId }, doomed);
    }
  }

  /** What is never needed again. */
  async #remove(one: Candidate, doomed: Doomed): Promise<void> {
    const isTaken = this.#run.dryRun || (await this.#holds.takeRows(one.objectId, doomed));
    if (isTaken) await this.#deletePieces(one, doomed);
    else this.#keep(one, 'it changes at this moment');
  }

  /** What may become needed again waits for the second look. In a dry run it is told now. */
  async #hold(one: Examined): Promise<void> {
    for (const row of one.claims.condemned) await this.#absolve(row, one);
    const reversible = one.doomed.filter(({ isFinal }) => !isFinal);
    if (this.#run.dryRun) {
      for (const doomed of reversible) await this.#deletePieces(one, doomed);
      return;
    }
    if (reversible.length === 0) return;
    const { objectId } = one;
    const before = this.#held.get(objectId);
    // a store tells the pieces of an object in several pages
    const found = [...(before?.one.found ?? []), ...(one.found ?? [])];
    const held = { one: { ...one, found }, holds: before?.holds ?? [] };
    for (const doomed of reversible) {
      if (held.holds.some(({ key }) => isOf(doomed, key))) continue;
      const until = await this.#holds.take(objectId, doomed);
      const key = { object_id: objectId, redundancy_index: doomed.index, version: doomed.version };
      if (until === undefined) this.#keep(one, 'another run has it');
      else held.holds.push({ key, until });
      this.#oldest = Math.min(this.#oldest, until ?? this.#oldest);
      if (held.holds.length > 0) this.#held.set(objectId, held);
    }
  }

  /** Held by a run that did not end, and needed now: of what is unclear the note is all that may be left. */
  async #absolve(row: CondemnedPieces, { facts, doomed }: Examined): Promise<void> {
    if (this.#run.dryRun || facts.is === 'unclear' || row.blocked_until === 0 || this.#holds.isHeld(row)) return;
    if (!doomed.some((one) => isOf(one, row))) await this.#holds.release(row, row.blocked_until);
  }

  /** `until` is when its hold ends: what it comes too late for is left to another run. */
  async #deletePieces({ objectId }: Candidate, doomed: Doomed, until = 0): Promise<void> {
    const { pieceStore } = this.#tools;
    const { index, version, reason } = doomed;
    let rows = doomed.rows.flatMap(rowNames);
    for await (const pieces of piecesOf(objectId, doomed, pieceStore)) {
      await this.#pace.take(pieces.length, this.#run.signal);
      if (!this.#holds.isSafe(until)) return this.#keep({ objectId }, 'its deletion took too long');
      if (!this.#run.dryRun) await Promise.all(pieces.map(({ key }) => pieceStore.delete(key)));
      await this.#tell(reason, rows, pieces);
      rows = [];
    }
    if (rows.length > 0) await this.#tell(reason, rows);
    if (this.#run.dryRun) return;
    await this.#holds.release({ object_id: objectId, redundancy_index: index, version }, until);
  }

  async #tell(reason: string, rows: string[], pieces: readonly { key: string; bytes: number }[] = []): Promise<void> {
    const { kind } = this.#options;
    const bytes = BigInt(pieces.reduce((sum, piece) => sum + piece.bytes, 0));
    const finding: GcFinding = { kind, reason, keys: pieces.map(({ key }) => key), rows, bytes };
    this.counts.rows += rows.length;
    this.counts.pieces += finding.keys.length;
    this.counts.bytes += bytes;
    await this.#run.onFinding?.(finding);
  }

  #keep({ objectId }: Candidate, why: string): void {
    this.counts.kept += 1;
    this.#tools.logger.debug('what may be garbage is left', { object_id: objectId, why });
  }
}

/** A run from its first object to its last. @throws what chain, tables or store throw */
export async function collecting(
  options: CollectorOptions,
  run: GcRun,
  tools: GcTools,
  work: (collector: Collector) => Promise<void>,
): Promise<GcCounts> {
  const collector = new Collector(options, run, tools);
  try {
    await work(collector);
    await collector.finish();
    return collector.counts;
  } finally {
    await collector.letGo();
  }
}

function isOf(doomed: Doomed, key: { redundancy_index: number; version: bigint }): boolean {
  return doomed.index === key.redundancy_index && doomed.version === key.version;
}
