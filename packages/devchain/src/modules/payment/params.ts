/** Parameters of the payment module, some of them by the time at which they were set (§1.2). */
import { greenfieldPayment as payment } from '@prairie/chain';
import { type Context, plainError, type State, type Table } from '../../context.ts';
import { u64Key } from '../../keys.ts';

const defaults: payment.Params = {
  versioned_params: { reserve_time: 15_552_000n, validator_tax_rate: 10n ** 16n },
  payment_account_count_limit: 200n,
  forced_settle_time: 86_400n,
  max_auto_settle_flow_count: 100n,
  max_auto_resume_flow_count: 100n,
  fee_denom: 'BNB',
  withdraw_time_lock_threshold: 10n ** 20n,
  withdraw_time_lock_duration: 86_400n,
};

export class PaymentParams {
  private readonly latest: Table<payment.Params>;
  private readonly versions: Table<payment.VersionedParams>;

  constructor(state: State) {
    this.latest = state.table('payment/params', payment.Params);
    this.versions = state.table('payment/versioned_params', payment.VersionedParams);
  }

  get(): payment.Params {
    return this.latest.get('') ?? defaults;
  }

  set(ctx: Context, params: payment.Params): void {
    this.latest.set('', params);
    this.versions.set(u64Key(ctx.now), params.versioned_params);
  }

  /** What was set last before second `timestamp`. @throws ChainError (plain) when nothing was */
  at(timestamp: bigint): payment.VersionedParams {
    if (timestamp > 0n) {
      for (const [, value] of this.versions.range({ reverse: true, from: u64Key(timestamp - 1n) })) return value;
    }
    throw plainError(`no versioned params found before ${timestamp}`);
  }
}
