/** Parameters of slashing and their bounds. */
import type { cosmosSlashingV1beta1 as slashing } from '@prairie/chain';
import { plainError } from '../../context.ts';
import { ONE } from '../gov/decimals.ts';

export const defaultParams: slashing.Params = {
  signed_blocks_window: 100n,
  min_signed_per_window: ONE / 2n,
  downtime_jail_duration: { seconds: 600n, nanos: 0 },
  slash_fraction_double_sign: ONE / 20n,
  slash_fraction_downtime: ONE / 100n,
};

/** @throws ChainError (plain) */
export function checkParams(params: slashing.Params): void {
  const { signed_blocks_window, downtime_jail_duration: duration } = params;
  if (signed_blocks_window <= 0n) throw plainError(`signed blocks window must be positive: ${signed_blocks_window}`);
  if (!duration || duration.seconds < 0n || duration.nanos < 0 || (duration.seconds === 0n && duration.nanos === 0)) {
    throw plainError('downtime jail duration must be positive');
  }
  for (const name of ['min_signed_per_window', 'slash_fraction_double_sign', 'slash_fraction_downtime'] as const) {
    if (params[name] < 0n || params[name] > ONE) throw plainError(`${name} must be at least 0 and at most 1`);
  }
}
