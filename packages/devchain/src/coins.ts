/** Amounts in wei of the one denomination, as coins of messages and events. */
import type { cosmosBaseV1beta1 } from '@prairie/chain';
import { sdkErrors } from './sdk-errors.ts';

export const DENOM = 'BNB';

type Coin = cosmosBaseV1beta1.Coin;

export const coin = (amount: bigint): Coin => ({ denom: DENOM, amount });

/** `123BNB`; no coins at all print as the empty text. */
export const coinText = (amount: bigint): string => (amount === 0n ? '' : `${amount}${DENOM}`);

export const coinsText = (coins: readonly Coin[]): string => coins.map((c) => `${c.amount}${c.denom}`).join(',');

/** The form of a denomination's name, as coins of the SDK have it. */
const DENOM_NAME = /^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/;

/**
 * The sum of a coin list.
 * @throws ChainError sdk/10 when it is not one positive amount; sdk/5 when it is of another denomination: nobody has any
 */
export function amountOf(coins: readonly Coin[]): bigint {
  const [only] = coins;
  if (!only || coins.length > 1) throw sdkErrors.invalidCoins(coinsText(coins));
  const { denom, amount } = only;
  if (!DENOM_NAME.test(denom) || amount <= 0n) throw sdkErrors.invalidCoins(coinsText(coins));
  if (denom !== DENOM) {
    throw sdkErrors.insufficientFunds(`spendable balance 0${denom} is smaller than ${amount}${denom}`);
  }
  return amount;
}
