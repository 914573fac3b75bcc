/** `broadcast_vote` and `query_vote`. No recording shows them: the field names are those of the votes themselves. */
import type { MethodDeps, MethodTable } from './methods.ts';
import { VotePool } from './vote-pool.ts';

export function voteMethods({ chain }: MethodDeps): MethodTable {
  const pool = new VotePool(chain);
  return {
    broadcast_vote: {
      params: [['vote', 'any']],
      handle: ({ vote }) => {
        pool.add(vote);
        return {};
      },
    },
    query_vote: {
      params: [
        ['event_type', 'int'],
        ['event_hash', 'bytes'],
      ],
      handle: ({ event_type, event_hash }) => ({
        votes: pool.query(Number(event_type ?? 0), (event_hash as Uint8Array | undefined) ?? new Uint8Array(0)),
      }),
    },
  };
}
