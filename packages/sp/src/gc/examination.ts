/** One look at some objects: their rows, what the chain says of them, and what follows from both. */
import type { ObjectClaims } from '@prairie/gfsp';
import type { PieceKey } from '@prairie/redundancy';
import { together } from '../common/together.ts';
import type { FactFinder, ObjectFacts } from './facts.ts';
import { ASKED_AT_ONCE, type GcTools } from './ports.ts';
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
  const known = candidates.filter(({ objectId, found }) => all.has(objectId) || found?.length);
  return together(known, ASKED_AT_ONCE, async (candidate) => {
    signal?.throwIfAborted();
    const claims = all.get(candidate.objectId) ?? NO_CLAIMS;
    const told = await finder.of(candidate.objectId);
    const facts = told.is === 'gone' ? { ...told, version: candidate.version } : told;
    return { ...candidate, facts, claims, doomed: doomedOf(facts, claims, candidate.found) };
  });
}
