/** Parameters of voting: their bounds, and their fractions as numbers. */
import { type cosmosGovV1 as gov, parseDecimal } from '@prairie/chain';
import { coinsText, DENOM } from '../../coins.ts';
import { plainError } from '../../context.ts';
import { ONE } from './decimals.ts';

/** In units of 10⁻¹⁸. */
export interface Fractions {
  quorum: bigint;
  threshold: bigint;
  vetoThreshold: bigint;
  minInitialDepositRatio: bigint;
}

export const fractionsOf = (params: gov.Params): Fractions => ({
  quorum: parseDecimal(params.quorum),
  threshold: parseDecimal(params.threshold),
  vetoThreshold: parseDecimal(params.veto_threshold),
  minInitialDepositRatio: parseDecimal(params.min_initial_deposit_ratio),
});

/** What a proposal needs to be voted on, in wei. */
export const minDepositOf = ({ min_deposit }: gov.Params): bigint => min_deposit[0]?.amount ?? 0n;

/** @throws ChainError undefined/1 for parameters under which no proposal could ever pass, or any would */
export function checkParams(params: gov.Params): void {
  const [deposit, ...others] = params.min_deposit;
  if (!deposit || others.length > 0 || deposit.denom !== DENOM || deposit.amount <= 0n) {
    throw plainError(`minimum deposit: one positive amount of ${DENOM} expected, got ${coinsText(params.min_deposit)}`);
  }
  for (const name of ['max_deposit_period', 'voting_period'] as const) {
    const seconds = params[name]?.seconds ?? 0n;
    const nanos = params[name]?.nanos ?? 0;
    if (seconds < 0n || nanos < 0 || (seconds === 0n && nanos === 0)) throw plainError(`${name} must be positive`);
  }
  const { quorum, threshold, vetoThreshold, minInitialDepositRatio } = parsed(params);
  checkFraction('quorum', quorum, 0n);
  checkFraction('threshold', threshold, 1n);
  checkFraction('veto_threshold', vetoThreshold, 1n);
  checkFraction('min_initial_deposit_ratio', minInitialDepositRatio, 0n);
}

function parsed(params: gov.Params): Fractions {
  try {
    return fractionsOf(params);
  } catch (error) {
    throw plainError((error as Error).message);
  }
}

function checkFraction(name: string, value: bigint, least: bigint): void {
  if (value < least || value > ONE)
    throw plainError(`${name} must be ${least > 0n ? 'above' : 'at least'} 0 and at most 1`);
}
