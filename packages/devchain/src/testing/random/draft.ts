/** What the table of random messages consists of. */
import { feeOf, type TxFee } from '@prairie/chain';
import type { TestKey } from '../network.ts';
import type { AnyTxMessage } from '../sender.ts';
import type { World } from './world.ts';

/** A message that the chain should accept in the next block. */
/** What every transaction offers: enough for several messages of any kind. */
export const FEE: TxFee = feeOf(8_000_000n);

export interface Draft {
  signer: TestKey;
  message: AnyTxMessage;
  /** Names of what must stay as it is: `bucket/b7`. Two drafts of a block may share these. */
  needs?: readonly string[];
  /** Names of what it changes: no other draft of the block may change or need these. */
  changes?: readonly string[];
  /** Accounts that pay for storage: one that has little may turn out to have too little. */
  payers?: readonly string[];
  /** Allowed by a policy, which may have ended when the block comes. */
  byPolicy?: boolean;
  /** Pays out of streams, which may not have yet what others owe them: after a long pause, payers are settled late. */
  paysOut?: boolean;
  /** Who pays the fee by a grant. */
  granter?: string;
}

export interface Kind {
  /** In reports: the message, and what is special about it. */
  name: string;
  /** How often it is tried, relative to the others. */
  weight: number;
  /** Undefined when there is nothing at the moment that such a message could be about. */
  make(world: World): Draft | undefined;
}
