/** Amounts in wei of the one denomination, as coins of messages and events. */
import type { cosmosBaseV1beta1 } from '@prairie/chain';
import { sdkErrors } from './sdk-errors.ts';

export const DENOM = 'BNB';

type Coin = cosmosBaseV1beta1.Coin;

export const coin = (amount: bigint): Coin => ({ denom: DENOM, amount });

/** `123BNB`; no coins at all print as the empty text. */
export const coinText = (amount: bigint): string => (amount === 0n ? '' : `${amount}${DENOM}`);

export const coinsText = (coins: readonly Coin[]): string => coins.map((c) => `${c.amount}${c.denom}`).join(',');

/** The sum of a coin list. @throws ChainError when it is not one positive amount of BNB. */
export function amountOf(coins: readonly Coin[]): bigint {
  if (coins.length === 0) throw sdkErrors.invalidCoins('');
  if (coins.length > 1 || coins[0]!.denom === '') throw sdkErrors.invalidCoins(coinsText(coins));
  if (coins[0]!.amount <= 0n) throw sdkErrors.invalidCoins(coinsText(coins));
  return coins[0]!.amount;
}
