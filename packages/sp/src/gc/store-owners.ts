/**
 * Whose a piece store is. Everything in it that the chain does not want of this provider is garbage, so that one that
 * two providers use, or that a trial start with another key or chain opens, would be emptied. Each provider therefore
 * leaves a note of its own there, under a key that is no piece's, and nobody goes through a store with another's note.
 */
import type { GcTools } from './ports.ts';

type Tools = Pick<GcTools, 'consensus' | 'operatorAddress' | 'pieceStore'>;

const PREFIX = 'prairie-provider_';
/** Notes that an error names. */
const NAMED = 3;
const TEXT =
  'A storage provider keeps its pieces here. While there is a note of another one, nobody looks for pieces without an ' +
  'owner. If that provider does not use this store any more, delete its note.\n';

/** @throws what the store throws, such as one that cannot be written */
export async function leaveNote(tools: Tools): Promise<void> {
  const key = noteOf(tools);
  if ((await tools.pieceStore.size(key)) === undefined) await tools.pieceStore.put(key, Buffer.from(TEXT));
}

/** @throws Error when another provider uses the store, or did; what the store throws */
export async function requireOwnStore(tools: Tools): Promise<void> {
  const others: string[] = [];
  for await (const key of tools.pieceStore.list(PREFIX)) {
    if (key !== noteOf(tools) && others.length < NAMED) others.push(key);
  }
  if (others.length === 0) return;
  throw new Error(
    `another provider uses this piece store (${others.join(', ')}): a store is one provider's. If it does not any more, ` +
      'delete that key',
  );
}

function noteOf({ consensus, operatorAddress }: Tools): string {
  return `${PREFIX}${consensus.chainId}_${operatorAddress.toLowerCase()}`;
}
