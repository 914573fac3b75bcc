/**
 * A pass over the piece store itself, which the reference lacks: pieces that no row knows, left by a crash between row
 * and piece, by a deletion that broke off, or by another version of the program.
 */
import { greenfieldStorage } from '@prairie/chain';
import type { ObjectClaims, ObjectMeta } from '@prairie/gfsp';
import { type PieceKey, parsePieceKey } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { isReplicated } from '../common/pieces.ts';
import { Brake } from './brake.ts';
import { Collector, collecting } from './collector.ts';
import { type Candidate, NO_CLAIMS } from './examination.ts';
import type { GcCounts, GcRun, GcTools } from './ports.ts';
import { requireOwnStore } from './store-owners.ts';

/** Keys in memory at a time, objects that the tables are asked for, and that are looked at, together. */
const KEYS = 4096;
const ASKED = 100;
const TOGETHER = 50;
/** Deletions in a second, of a run that deletes nothing. */
const UNBOUNDED = 1e9;
/** Of the newest ids: uploads of these may be under way. */
const SAFE_OBJECT_IDS = 1000n;

/**
 * Reads all names once, in the order of the store. Of a piece that is where rows and tables say, nothing more is asked;
 * any other is judged by what the chain says. Begins anew after a restart: names have no order to go on from.
 * @throws Error when the store is another provider's too, or the brake holds; what chain, tables or store throw
 */
export function collectOrphans(run: GcRun, tools: GcTools): Promise<GcCounts> {
  return collecting({ kind: 'zombie' }, run, tools, async (collector) => {
    await requireOwnStore(tools);
    const brake = new Brake(run);
    const newest = (await tools.client.metadata.getLatestObjectId()) - (run.safeObjectIds ?? SAFE_OBJECT_IDS);
    const look = async (keys: readonly PieceKey[]): Promise<void> => {
      const suspects = await suspectsOf(keys, tools);
      await brake.require(keys.length, () => countDoomed(suspects, run, tools));
      await collectTogether(suspects, collector);
    };
    let keys: PieceKey[] = [];
    for await (const name of tools.pieceStore.list('')) {
      run.signal?.throwIfAborted();
      const key = parsePieceKey(name);
      if (!key || key.objectId > newest) continue;
      keys.push(key);
      if (keys.length < KEYS) continue;
      await look(keys);
      keys = [];
    }
    await look(keys);
  });
}

/** What is not where rows and tables say. */
async function suspectsOf(keys: readonly PieceKey[], tools: GcTools): Promise<Candidate[]> {
  const objects = [...Map.groupBy(keys, ({ objectId }) => objectId)];
  const suspects: Candidate[] = [];
  for (let at = 0; at < objects.length; at += ASKED) {
    const some = objects.slice(at, at + ASKED);
    const ids = some.map(([id]) => id);
    const [claims, known] = [await tools.spdb.listClaims(ids), await tools.client.metadata.listObjectsByIds(ids)];
    for (const [objectId, pieces] of some) {
      const found = pieces.filter((piece) => !isInPlace(piece, claims.get(objectId), known.get(objectId)));
      if (found.length > 0) suspects.push({ objectId, found });
    }
  }
  return suspects;
}

async function collectTogether(suspects: readonly Candidate[], collector: Collector): Promise<void> {
  for (let at = 0; at < suspects.length; at += TOGETHER) await collector.collect(suspects.slice(at, at + TOGETHER));
}

/** Pieces that would go: what a dry run finds. */
async function countDoomed(suspects: readonly Candidate[], run: GcRun, tools: GcTools): Promise<number> {
  const { onFinding: _, ...quiet } = run;
  const dry = new Collector({ kind: 'zombie' }, { ...quiet, dryRun: true, rate: UNBOUNDED }, tools);
  await collectTogether(suspects, dry);
  return dry.counts.pieces;
}

/** Nothing is decided by it, but which pieces are looked at closely. */
function isInPlace(key: PieceKey, claims: ObjectClaims = NO_CLAIMS, known: ObjectMeta | undefined): boolean {
  if (!known) return false;
  const { object_info: object } = known;
  if (object.object_status === greenfieldStorage.ObjectStatus.OBJECT_STATUS_CREATED) return true;
  if (key.version !== object.version) return object.is_updating && key.version === object.version + 1n;
  const index = key.kind === 'segment' ? PRIMARY : key.redundancyIndex;
  const isClaimed = (row: { redundancy_index: number; piece_checksum_list: readonly unknown[] }) =>
    (row.redundancy_index === index || isReplicated(object)) && key.segment < row.piece_checksum_list.length;
  return claims.integrity.some(isClaimed) || claims.shadows.some(isClaimed);
}
