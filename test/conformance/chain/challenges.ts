import type { OpenedChain } from '@prairie/devchain';
import type { RecordedBlock } from './recording.ts';

const START_CHALLENGE = 'greenfield.challenge.EventStartChallenge';

/** Before a recorded block: counts the challenge ids that blocks in between, which were not recorded, have used up. */
export function alignChallenges({ keepers }: OpenedChain, { block_results }: RecordedBlock): void {
  const submitted = (block_results.txs_results ?? []).flatMap(({ events }) => events);
  const first = [...submitted, ...(block_results.end_block_events ?? [])].find(({ type }) => type === START_CHALLENGE);
  const id = first?.attributes.find(({ key }) => key === 'challenge_id')?.value;
  if (id !== undefined) keepers.challenge.setLastId(BigInt(JSON.parse(id)) - 1n);
}
