/** The payment module: streams of money from accounts to providers, and the accounts that pay. */
import { fromProtoJson, greenfieldPayment as payment } from '@prairie/chain';
import type { ChainModule } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { type PaymentDeps, PaymentKeeper } from './keeper.ts';
import { paymentMessages } from './messages.ts';
import { paymentQueries } from './queries.ts';

export function createPaymentModule(deps: PaymentDeps): { module: ChainModule; keeper: PaymentKeeper } {
  const keeper = new PaymentKeeper(deps);
  // coins sent to a payment account would be stuck in it: it has no key (§3); nodes refuse them since Nagqu
  deps.bank.addReceiverCheck((ctx, address) =>
    ctx.has('Nagqu') && keeper.paymentAccount(address)
      ? `payment account ${address} is not allowed to receive funds`
      : undefined,
  );
  const module: ChainModule = {
    name: 'payment',
    messages: paymentMessages(keeper),
    queries: paymentQueries(keeper),
    initGenesis(ctx, appState) {
      const genesis = fromProtoJson(payment.GenesisState, appState) as payment.GenesisState;
      keeper.setParams(ctx, genesis.params);
      for (const record of genesis.stream_record_list) keeper.streams.records.set(addressKey(record.account), record);
      for (const account of genesis.payment_account_list) keeper.accounts.set(addressKey(account.addr), account);
      for (const count of genesis.payment_account_count_list) keeper.accountCounts.set(addressKey(count.owner), count);
      for (const { timestamp, addr } of genesis.auto_settle_record_list) keeper.streams.reschedule(addr, 0n, timestamp);
    },
    endBlock: (ctx) => keeper.settler.endBlock(ctx),
  };
  return { module, keeper };
}
