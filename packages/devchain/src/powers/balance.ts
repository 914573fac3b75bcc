/** `dev_setBalance`: coins that come from nowhere, or go there. The supply follows. */
import type { AppKeepers } from '../chain/app.ts';
import type { Context } from '../context.ts';
import type { MethodTable } from '../rpc/methods.ts';
import { addressIn, amountIn, refused } from './arguments.ts';
import type { PowerDeps } from './index.ts';

export const balanceMethods = (deps: PowerDeps): MethodTable => ({
  dev_setBalance: {
    params: [
      ['address', 'string'],
      ['amount', 'string'],
    ],
    handle: (args) => {
      const address = addressIn(args);
      const amount = amountIn(args);
      const module = deps.keepers.accounts.moduleOf(address);
      if (module) throw refused(`address: an account of a user expected, ${address} is that of module ${module}`);
      const height = deps.edit((ctx) => setBalance(ctx, deps.keepers, address, amount));
      return { address, amount: amount.toString(), height: String(height) };
    },
  },
});

/**
 * Coins are made by the module that may mint and destroyed by one that may burn, with the events of both: whoever
 * follows balances by events keeps up.
 */
function setBalance(ctx: Context, { bank, accounts }: AppKeepers, address: string, amount: bigint): void {
  const difference = amount - bank.balance(address);
  accounts.ensure(address);
  if (difference > 0n) {
    bank.checkReceiver(ctx, address);
    bank.mint(ctx, 'crosschain', difference);
    bank.sendFromModule(ctx, 'crosschain', address, difference);
  } else if (difference < 0n) {
    bank.sendToModule(ctx, address, 'gov', -difference);
    bank.burn(ctx, 'gov', -difference);
  }
}
