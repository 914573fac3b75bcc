/** Fees of a block go to the distribution account in the next, to be shared by who signed it. */
import type { Context } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { moduleAddress } from '../auth/module-accounts.ts';
import { divideDown, multiply, multiplyDown, ONE } from '../staking/decimals.ts';
import type { Validator } from '../staking/index.ts';
import { decCoinText } from './dec-coins.ts';
import type { DistributionKeeper } from './keeper.ts';

/** What the tax and rounding leave to no validator belongs to the community. */
export function allocateFees(keeper: DistributionKeeper, ctx: Context): void {
  if (ctx.height <= 1n) return;
  const wei = keeper.bank.balance(moduleAddress('fee_collector'));
  keeper.bank.sendBetweenModules(ctx, 'fee_collector', 'distribution', wei);
  const fees = wei * ONE;
  const shared = multiplyDown(fees, ONE - keeper.parameters.get().community_tax);
  const votes = keeper.staking.votes(ctx);
  const total = votes.reduce((sum, { power }) => sum + power, 0n);
  let rest = fees;
  for (const { validator, power } of votes) {
    const present = keeper.staking.validator(validator.operator_address);
    if (!present) continue; // gone since it voted
    const reward = multiplyDown(shared, divideDown(power, total));
    allocate(keeper, ctx, present, reward);
    rest -= reward;
  }
  keeper.store.addToPool(rest);
}

/** The validator keeps its commission, its delegators have the rest. */
function allocate({ store }: DistributionKeeper, ctx: Context, validator: Validator, reward: bigint): void {
  const { operator_address: operator, commission } = validator;
  const own = multiply(reward, commission!.commission_rates!.rate);
  ctx.emit('commission', { amount: decCoinText(own), validator: operator });
  ctx.emit('rewards', { amount: decCoinText(reward), validator: operator });
  store.add(store.commission, operator, own);
  store.add(store.outstanding, operator, reward);
  const key = addressKey(operator);
  const { rewards, period } = store.current.get(key)!;
  if (reward !== own) store.current.set(key, { rewards: rewards + reward - own, period });
}
