/** What a vote says: one option, or several that share it. */
import { decimalText, enumText, cosmosGovV1 as gov, parseDecimal } from '@prairie/chain';
import { sdkErrors } from '../../sdk-errors.ts';
import { ONE } from './decimals.ts';
import { govErrors } from './errors.ts';

const optionName = (option: gov.VoteOption): string => enumText('cosmos.gov.v1.VoteOption', option);

/** The text of events. Options are apart by a blank and a line break. */
export const voteText = (options: readonly gov.WeightedVoteOption[]): string =>
  options.map(({ option, weight }) => `option:${optionName(option)} weight:${JSON.stringify(weight)}`).join(' \n');

export const wholeVote = (option: gov.VoteOption): gov.WeightedVoteOption[] => [{ option, weight: decimalText(ONE) }];

export function checkOption(option: gov.VoteOption): void {
  if (option >= gov.VoteOption.VOTE_OPTION_YES && option <= gov.VoteOption.VOTE_OPTION_NO_WITH_VETO) return;
  throw govErrors.invalidVote(optionName(option));
}

/** @throws ChainError gov/7 unless every option is there once and the weights sum up to one */
export function checkOptions(options: readonly gov.WeightedVoteOption[]): void {
  if (options.length === 0) throw sdkErrors.invalidRequest('a vote without options');
  const seen = new Set<gov.VoteOption>();
  let sum = 0n;
  for (const { option, weight } of options) {
    checkOption(option);
    sum += weightOf(weight);
    if (seen.has(option)) throw govErrors.invalidVote('Duplicated vote option');
    seen.add(option);
  }
  if (sum > ONE) throw govErrors.invalidVote('Total weight overflow 1.00');
  if (sum < ONE) throw govErrors.invalidVote('Total weight lower than 1.00');
}

function weightOf(text: string): bigint {
  let weight: bigint;
  try {
    weight = parseDecimal(text);
  } catch (error) {
    throw govErrors.invalidVote(`Invalid weight: ${(error as Error).message}`);
  }
  if (weight <= 0n || weight > ONE) throw govErrors.invalidVote(`Invalid weight: ${text}`);
  return weight;
}
