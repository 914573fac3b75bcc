/** One look at some objects: their rows, what the chain says of them, and what follows from both. */
import type { ObjectClaims } from '@prairie/gfsp';
import type { PieceKey } from '@prairie/redundancy';
import type { FactFinder, ObjectFacts } from './facts.ts';
import type { GcTools } from './ports.ts';
import { type Doomed, doomedOf } from './rules.ts';

export interface Candidate {
  objectId: bigint;
  /** Of a deleted object: its last version. */
  version?: bigint;
  /** Pieces that the store was found to have. */
  found?: readonly PieceKey[];
}

export interface Examined extends Candidate {
  facts: ObjectFacts;
  claims: ObjectClaims;
  doomed: Doomed[];
}

export const NO_CLAIMS: ObjectClaims = { upload: undefined, integrity: [], shadows: [], pieces: [], condemned: [] };

/**
 * The rows first, then the chain: what it says is not older than they are, but for a node that lags. An object that has
 * neither rows nor pieces here is passed over. @throws what chain or tables throw
 */
export async function examine(
  candidates: readonly Candidate[],
  finder: FactFinder,
  tools: Pick<GcTools, 'spdb'>,
  signal?: AbortSignal,
): Promise<Examined[]> {
  const all = await tools.spdb.listClaims(candidates.map(({ objectId }) => objectId));
  const examined: Examined[] = [];
  for (const candidate of candidates) {
    signal?.throwIfAborted();
    const claims = all.get(candidate.objectId) ?? NO_CLAIMS;
    if (claims === NO_CLAIMS && !candidate.found?.length) continue;
    const told = await finder.of(candidate.objectId);
    const facts = told.is === 'gone' ? { ...told, version: candidate.version } : told;
    examined.push({ ...candidate, facts, claims, doomed: doomedOf(facts, claims, candidate.found) });
  }
  return examined;
}
