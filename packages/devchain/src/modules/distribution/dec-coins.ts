/** Amounts of 10⁻¹⁸ wei, which is how rewards are kept. */
import type { cosmosBaseV1beta1 } from '@prairie/chain';
import { decimalText } from '@prairie/chain';
import { DENOM } from '../../coins.ts';
import { ONE } from '../gov/decimals.ts';

/** No coins at all are an empty list. */
export const decCoins = (amount: bigint): cosmosBaseV1beta1.DecCoin[] =>
  amount === 0n ? [] : [{ denom: DENOM, amount }];

/** `686000.000000000000000000BNB`; nothing prints as the empty text. */
export const decCoinText = (amount: bigint): string => (amount === 0n ? '' : `${decimalText(amount)}${DENOM}`);

/** Whole wei, and the rest. */
export const truncated = (amount: bigint): { wei: bigint; rest: bigint } => ({ wei: amount / ONE, rest: amount % ONE });
