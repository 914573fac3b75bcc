/** A provider leaves a family or groups to this one (`reference/gateway-http.md` §5.11, row 17; `sp-to-sp.md` §4.4). */
import { greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { GfSpError } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { headerTask } from '../header-message.ts';
import type { Handler } from '../http/handler.ts';

export const SWAP_OUT_MSG_HEADER = 'X-Gnfd-Migrate-Swap-Out-Msg';

export const notifyMigrateSwapOut: Handler = async (gateway, request, response) => {
  const msg = headerTask(virtualgroup.MsgSwapOut, request, SWAP_OUT_MSG_HEADER);
  try {
    await gateway.dependencies.client.manager.notifyMigrateSwapOut(msg);
  } catch (error) {
    throw gatewayErrors.swapOutNotice(`the swap-out was not noted: ${GfSpError.from(error).message}`, error);
  }
  response.writeHead(200, { 'Content-Length': 0 }).end();
};
