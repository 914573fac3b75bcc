/** Messages of the sp module (`reference/chain-state-machine.md` §4.1). */
import { sameAddress, greenfieldSp as sp, toChecksumAddress } from '@prairie/chain';
import { coinsText } from '../../coins.ts';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { checkAuthority } from '../permission/authority.ts';
import {
  checkAddresses,
  checkBlsProof,
  checkCreateMessage,
  checkDescription,
  checkEndpoint,
  checkPrices,
  createProvider,
} from './create.ts';
import { spErrors } from './errors.ts';
import type { SpKeeper } from './keeper.ts';
import { isEndOfMonth } from './prices.ts';
import type { StorageProvider } from './providers.ts';

const { STATUS_IN_SERVICE, STATUS_IN_MAINTENANCE } = sp.Status;

export function spMessages(keeper: SpKeeper): MessageHandler[] {
  return [...adminMessages(keeper), ...operatorMessages(keeper)];
}

function adminMessages(keeper: SpKeeper): MessageHandler[] {
  return [
    message<sp.MsgUpdateParams>({
      type: sp.MsgUpdateParams,
      response: sp.MsgUpdateParamsResponse,
      signers: (msg) => [msg.authority],
      handle(ctx, msg) {
        checkAuthority(msg.authority);
        keeper.setParams(msg.params);
        if (ctx.has('Nagqu')) ctx.emitTyped(sp.Params, msg.params); // Nagqu: changed parameters are an event
        return {};
      },
    }),
    message<sp.MsgCreateStorageProvider>({
      type: sp.MsgCreateStorageProvider,
      response: sp.MsgCreateStorageProviderResponse,
      signers: (msg) => [msg.creator],
      validateBasic: checkCreateMessage,
      handle(ctx, msg) {
        createProvider(keeper, ctx, msg);
        return {};
      },
    }),
  ];
}

function operatorMessages(keeper: SpKeeper): MessageHandler[] {
  return [
    message<sp.MsgDeposit>({
      type: sp.MsgDeposit,
      response: sp.MsgDepositResponse,
      signers: (msg) => [msg.creator],
      validateBasic(msg) {
        checkAddresses({ creator: msg.creator, sp_address: msg.sp_address });
        if (msg.deposit.amount <= 0n) throw sdkErrors.invalidCoins(coinsText([msg.deposit]));
      },
      handle: (ctx, msg) => deposit(keeper, ctx, msg),
    }),
    message<sp.MsgEditStorageProvider>({
      type: sp.MsgEditStorageProvider,
      response: sp.MsgEditStorageProviderResponse,
      signers: (msg) => [msg.sp_address],
      validateBasic: checkEdit,
      handle: (ctx, msg) => edit(keeper, ctx, msg),
    }),
    message<sp.MsgUpdateSpStoragePrice>({
      type: sp.MsgUpdateSpStoragePrice,
      response: sp.MsgUpdateSpStoragePriceResponse,
      signers: (msg) => [msg.sp_address],
      validateBasic(msg) {
        checkAddresses({ sp_address: msg.sp_address });
        checkPrices(msg);
      },
      handle: (ctx, msg) => updatePrice(keeper, ctx, msg),
    }),
    message<sp.MsgUpdateStorageProviderStatus>({
      type: sp.MsgUpdateStorageProviderStatus,
      response: sp.MsgUpdateStorageProviderStatusResponse,
      signers: (msg) => [msg.sp_address],
      validateBasic: (msg) => checkAddresses({ sp_address: msg.sp_address }),
      handle: (ctx, msg) => updateStatus(keeper, ctx, msg),
    }),
  ];
}

function operatorOf(keeper: SpKeeper, address: string): StorageProvider {
  const provider = keeper.byOperator(address);
  if (!provider) throw spErrors.notFound();
  return provider;
}

function deposit(keeper: SpKeeper, ctx: Context, msg: sp.MsgDeposit): undefined {
  const provider = keeper.byFunding(msg.creator);
  if (!provider) throw spErrors.notFound();
  if (!sameAddress(provider.operator_address, msg.sp_address)) throw spErrors.depositNotAllowed(msg.creator);
  const { deposit_denom } = keeper.params();
  const { denom, amount } = msg.deposit;
  if (denom !== deposit_denom) throw spErrors.invalidDenom(`expected ${deposit_denom}, got ${denom}`);
  keeper.deps.bank.send(ctx, msg.creator, keeper.moduleAddress, amount);
  const total_deposit = provider.total_deposit + amount;
  keeper.set({ ...provider, total_deposit });
  ctx.emitTyped(sp.EventDeposit, {
    funding_address: provider.funding_address,
    deposit: coinsText([msg.deposit]),
    total_deposit,
  });
}

/** Address fields of an edit that say something. */
function givenAddresses(msg: sp.MsgEditStorageProvider) {
  const { seal_address, approval_address, gc_address, maintenance_address } = msg;
  const all = { seal_address, approval_address, gc_address, maintenance_address };
  return Object.fromEntries(Object.entries(all).filter(([, address]) => address !== '')) as Partial<typeof all>;
}

function checkEdit(msg: sp.MsgEditStorageProvider): void {
  checkAddresses({ sp_address: msg.sp_address, ...givenAddresses(msg) });
  if (msg.endpoint !== '') checkEndpoint(msg.endpoint);
  if (msg.description) checkDescription(msg.description);
  if (msg.bls_key !== '') checkBlsProof(msg.bls_key, msg.bls_proof);
}

function edit(keeper: SpKeeper, ctx: Context, msg: sp.MsgEditStorageProvider): undefined {
  const provider = operatorOf(keeper, msg.sp_address);
  const changes: Partial<StorageProvider> = {};
  for (const [field, address] of Object.entries(givenAddresses(msg))) {
    changes[field as keyof ReturnType<typeof givenAddresses>] = toChecksumAddress(address);
  }
  if (msg.endpoint !== '') changes.endpoint = msg.endpoint;
  if (msg.description) changes.description = msg.description;
  if (msg.bls_key !== '') changes.bls_key = Buffer.from(msg.bls_key, 'hex');
  if (Object.keys(changes).length === 0) throw spErrors.notChanged('every field of the edit is empty');
  const changed = { ...provider, ...changes };
  keeper.set(changed);
  ctx.emitTyped(sp.EventEditStorageProvider, {
    ...changed,
    sp_id: provider.id,
    sp_address: provider.operator_address,
    bls_key: Buffer.from(changed.bls_key).toString('hex'),
  });
}

function updatePrice(keeper: SpKeeper, ctx: Context, msg: sp.MsgUpdateSpStoragePrice): undefined {
  const { id, status } = operatorOf(keeper, msg.sp_address);
  if (status !== STATUS_IN_SERVICE) throw spErrors.notInService();
  const { update_global_price_interval, update_price_disallowed_days: days } = keeper.params();
  if (update_global_price_interval === 0n && isEndOfMonth(ctx.now, days)) {
    throw spErrors.priceUpdateNotAllowed(`the last ${days} days of a month are for the next month's price`);
  }
  const { read_price, store_price, free_read_quota } = msg;
  keeper.prices.set(ctx, { sp_id: id, read_price, store_price, free_read_quota });
}

function updateStatus(keeper: SpKeeper, ctx: Context, msg: sp.MsgUpdateStorageProviderStatus): undefined {
  const provider = operatorOf(keeper, msg.sp_address);
  const settable = (status: sp.Status) => status === STATUS_IN_SERVICE || status === STATUS_IN_MAINTENANCE;
  if (provider.status === msg.status) throw spErrors.notChanged();
  if (!settable(provider.status) || !settable(msg.status)) {
    throw spErrors.statusUpdateNotAllowed(`status ${provider.status} to ${msg.status}`);
  }
  if (msg.status === STATUS_IN_SERVICE) keeper.maintenance.end(ctx, provider);
  else keeper.maintenance.begin(ctx, provider, msg.duration, keeper.params());
}
