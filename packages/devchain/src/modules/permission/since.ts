/** Messages that came with an upgrade (`reference/chain-rpc.md` §16). */
import type { MessageHandler } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { Upgrade } from '../../upgrades.ts';

/**
 * A handler that refuses its message before the upgrade. In a transaction it gets no further than the gas table then
 * (gashub/2); inside of a proposal or a grant it would.
 */
export function since(upgrade: Upgrade, handler: MessageHandler): MessageHandler {
  return {
    ...handler,
    handle(ctx, msg) {
      if (!ctx.has(upgrade)) throw sdkErrors.notSupported(`${handler.type.name} before the upgrade ${upgrade}`);
      return handler.handle(ctx, msg);
    },
  };
}
