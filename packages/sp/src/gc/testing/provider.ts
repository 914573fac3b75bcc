/** A provider's tables and store beside a chain model, for the tests of collections. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type GcFinding, type SpDb, silentLogger } from '@prairie/gfsp';
import { pieceKey } from '@prairie/redundancy';
import { MemoryPieceStore, openSpDb } from '@prairie/store';
import type { GcRun, GcTools } from '../index.ts';
import { ChainModel, OPERATOR } from './chain-model.ts';

/** Unix seconds. */
export const NOW = 1_800_000_000;
const CHECKSUM = Buffer.alloc(32, 7);
/** Of a run that collects at once what it finds. */
export const RUN = { safeObjectIds: 0n, settleBlocks: 1n };

export class Provider {
  readonly chain = new ChainModel();
  readonly pieceStore = new MemoryPieceStore();
  readonly spdb: SpDb;
  readonly tools: GcTools;
  seconds = NOW;

  private constructor(open: (now: () => number) => SpDb) {
    this.spdb = open(() => this.seconds);
    const { chain, spdb, pieceStore } = this;
    const client = { metadata: chain.metadata };
    const fixed = { operatorAddress: OPERATOR, logger: silentLogger, now: () => this.seconds };
    this.tools = { ...fixed, consensus: chain.consensus, spdb, pieceStore, client };
  }

  static async open(t: TestContext): Promise<Provider> {
    let seconds = () => NOW;
    const spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' }, { now: () => seconds() });
    t.after(() => spdb.close());
    return new Provider((now) => {
      seconds = now;
      return spdb;
    });
  }

  /** Integrity row and pieces. */
  async has(objectId: bigint, index: number, version = 0n, segments = 2): Promise<void> {
    await this.spdb.setIntegrity({ ...rowOf(objectId, index, segments) });
    await this.pieces(objectId, index, version, segments);
  }

  async hasShadow(objectId: bigint, index: number, version: bigint, time: bigint, segments = 2): Promise<void> {
    await this.spdb.setShadowIntegrity({ ...rowOf(objectId, index, segments), version, updated_at: time });
    await this.pieces(objectId, index, version, segments);
  }

  /** A piece, and its row. */
  async received(objectId: bigint, index: number, version = 0n): Promise<void> {
    const row = { object_id: objectId, redundancy_index: index, segment_index: 0, version };
    await this.spdb.setPieceHash({ ...row, piece_checksum: CHECKSUM });
    await this.pieces(objectId, index, version, 1);
  }

  async pieces(objectId: bigint, index: number, version: bigint, segments: number): Promise<void> {
    for (let segment = 0; segment < segments; segment++) {
      await this.pieceStore.put(pieceKey(objectId, segment, index, version), Buffer.alloc(10));
    }
  }

  async keys(): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of this.pieceStore.list('')) keys.push(key);
    return keys.sort();
  }

  /** A dry run, which changes nothing, and the run, which does what the dry one told. */
  async both(collect: (run: GcRun) => Promise<unknown>): Promise<GcFinding[]> {
    const [before, told, done]: [string[], GcFinding[], GcFinding[]] = [await this.keys(), [], []];
    await collect({ ...RUN, dryRun: true, onFinding: (finding) => void told.push(finding) });
    assert.deepEqual(await this.keys(), before);
    await collect({ ...RUN, onFinding: (finding) => void done.push(finding) });
    const keysOf = (findings: GcFinding[]) => findings.flatMap(({ keys }) => keys).sort();
    assert.deepEqual(keysOf(told), keysOf(done));
    return done;
  }
}

const rowOf = (object_id: bigint, redundancy_index: number, segments: number) => ({
  ...{ object_id, redundancy_index, integrity_checksum: CHECKSUM, object_size: 20n },
  piece_checksum_list: Array.from({ length: segments }, () => CHECKSUM),
});
