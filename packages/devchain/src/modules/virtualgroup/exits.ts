/** How a provider leaves the network (`reference/chain-state-machine.md` §5). */
import { isAddress, greenfieldSp as sp, toChecksumAddress, greenfieldVirtualgroup as vg } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { checkAuthority } from '../permission/authority.ts';
import { since } from '../permission/since.ts';
import { type StorageProvider, spErrors } from '../sp/index.ts';
import { virtualGroupErrors as errors } from './errors.ts';
import type { VirtualGroupKeeper } from './keeper.ts';
import { checkSigner } from './messages.ts';

const { STATUS_IN_SERVICE, STATUS_GRACEFUL_EXITING, STATUS_FORCED_EXITING } = sp.Status;

export function exitMessages(keeper: VirtualGroupKeeper): MessageHandler[] {
  return [
    message<vg.MsgStorageProviderExit>({
      type: vg.MsgStorageProviderExit,
      response: vg.MsgStorageProviderExitResponse,
      signers: (msg) => [msg.storage_provider],
      validateBasic: (msg) => checkSigner(msg.storage_provider),
      handle: (ctx, msg) => exit(keeper, ctx, msg),
    }),
    since(
      'Hulunbeier',
      message<vg.MsgStorageProviderForcedExit>({
        type: vg.MsgStorageProviderForcedExit,
        response: vg.MsgStorageProviderForcedExitResponse,
        signers: (msg) => [msg.authority],
        validateBasic: (msg) => checkSigner(msg.storage_provider),
        handle: (ctx, msg) => forcedExit(keeper, ctx, msg),
      }),
    ),
    message<vg.MsgCompleteStorageProviderExit>({
      type: vg.MsgCompleteStorageProviderExit,
      response: vg.MsgCompleteStorageProviderExitResponse,
      signers: (msg) => [msg.operator],
      validateBasic(msg) {
        checkSigner(msg.storage_provider);
        if (!isAddress(msg.operator))
          throw sdkErrors.invalidAddress(`invalid operator ${JSON.stringify(msg.operator)}`);
      },
      handle: (ctx, msg) => complete(keeper, ctx, msg),
    }),
  ];
}

function exit(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgStorageProviderExit): undefined {
  const provider = keeper.operator(msg.storage_provider);
  if (provider.status !== STATUS_IN_SERVICE) throw spErrors.exitFailed('only a provider in service can exit');
  // Hulunbeier: few leave at a time, and none that stands in for another provider
  if (ctx.has('Hulunbeier')) {
    const broken = keeper.groups.statistics.of(provider.id)?.break_redundancy_reqmt_gvg_count ?? 0;
    if (broken > 0) throw errors.cannotExit(`it is primary and secondary of ${broken} groups`);
    checkConcurrency(keeper);
  }
  keeper.deps.sp.setStatus(provider, STATUS_GRACEFUL_EXITING);
  ctx.emitTyped(vg.EventStorageProviderExit, {
    storage_provider_id: provider.id,
    operator_address: provider.operator_address,
  });
}

function checkConcurrency(keeper: VirtualGroupKeeper): void {
  const limit = BigInt(keeper.params().sp_concurrent_exit_num);
  const exiting = BigInt(keeper.deps.sp.exitingCount());
  if (exiting >= limit) throw spErrors.exitFailed(`${exiting} of at most ${limit} providers are exiting already`);
}

function forcedExit(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgStorageProviderForcedExit): undefined {
  checkAuthority(msg.authority);
  const provider = keeper.operator(msg.storage_provider);
  if (isExiting(provider)) throw spErrors.exitFailed(`storage provider ${provider.id} is exiting already`);
  checkConcurrency(keeper);
  keeper.deps.sp.setStatus(provider, STATUS_FORCED_EXITING);
  ctx.emitTyped(vg.EventStorageProviderForcedExit, { storage_provider_id: provider.id });
}

const isExiting = ({ status }: StorageProvider): boolean =>
  status === STATUS_GRACEFUL_EXITING || status === STATUS_FORCED_EXITING;

/** The deposit goes back to the provider, or to governance when it was made to leave. */
function complete(keeper: VirtualGroupKeeper, ctx: Context, msg: vg.MsgCompleteStorageProviderExit): undefined {
  const provider = keeper.operator(msg.storage_provider);
  if (!isExiting(provider)) throw spErrors.exitFailed(`storage provider ${provider.id} is not exiting`);
  const { primary_count = 0, secondary_count = 0 } = keeper.groups.statistics.of(provider.id) ?? {};
  if (primary_count > 0 || secondary_count > 0) {
    throw errors.cannotExit(`it is still primary of ${primary_count} and secondary of ${secondary_count} groups`);
  }
  const forced_exit = provider.status === STATUS_FORCED_EXITING;
  keeper.deps.sp.remove(ctx, provider, forced_exit ? keeper.deps.payment.governanceAddress : provider.funding_address);
  ctx.emitTyped(vg.EventCompleteStorageProviderExit, {
    storage_provider_id: provider.id,
    operator_address: toChecksumAddress(msg.operator),
    storage_provider_address: provider.operator_address,
    total_deposit: provider.total_deposit,
    forced_exit,
  });
}
