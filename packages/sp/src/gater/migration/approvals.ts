/**
 * Signatures for other providers (`reference/gateway-http.md` §5.11, rows 19 and 20). Whoever asks is not known: what is
 * signed is of use only to the provider that it names.
 */
import { isAddress, greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { SIGNED_MSG_HEADER, UNSIGNED_MSG_HEADER } from '@prairie/client';
import { GfSpError, type Signatures } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { headerMessage, toHeader } from '../header-message.ts';
import type { Gateway, Handler } from '../http/handler.ts';

export const SECONDARY_MIGRATION_MSG_HEADER = 'X-Gnfd-Secondary-Migration-Bucket-Msg';
export const SECONDARY_MIGRATION_APPROVAL_HEADER = 'X-Gnfd-Secondary-Migration-Bucket-Approval';

/** The chain ignores the height of this kind of approval (`reference/sp-to-sp.md` §4.6). */
const SWAP_OUT_EXPIRY = 100n;

/** The BLS signature of a secondary, 96 bytes. */
export const approveBucketMigration: Handler = async (gateway, request, response) => {
  const doc = headerMessage(storage.SecondarySpMigrationBucketSignDoc, request, SECONDARY_MIGRATION_MSG_HEADER);
  const { chainId } = gateway.dependencies.consensus;
  // the same key may be in use on another chain
  if (doc.chain_id !== chainId) {
    throw gatewayErrors.migrationApproval(`chain_id: ${chainId} is expected, nothing is signed for another chain`);
  }
  const signature = await signed(gateway, 'sign_secondary_sp_migration_bucket', doc);
  response.setHeader(SECONDARY_MIGRATION_APPROVAL_HEADER, Buffer.from(signature).toString('hex'));
  response.writeHead(200, { 'Content-Length': 0 }).end();
};

/** That this provider takes what another one leaves. */
export const approveSwapOut: Handler = async (gateway, request, response) => {
  const asked = headerMessage(virtualgroup.MsgSwapOut, request, UNSIGNED_MSG_HEADER);
  const approval = { expired_height: SWAP_OUT_EXPIRY, global_virtual_group_family_id: 0, sig: new Uint8Array() };
  const msg = { ...asked, successor_sp_approval: approval };
  requireValidSwapOut(msg);
  const sig = await signed(gateway, 'sign_swap_out', msg);
  response.setHeader(
    SIGNED_MSG_HEADER,
    toHeader(virtualgroup.MsgSwapOut, { ...msg, successor_sp_approval: { ...approval, sig } }),
  );
  response.writeHead(200, { 'Content-Length': 0 }).end();
};

/** @throws gateway 50006 */
function requireValidSwapOut(msg: virtualgroup.MsgSwapOut): void {
  const { invalidMessage } = gatewayErrors;
  const { storage_provider, global_virtual_group_family_id: family, global_virtual_group_ids: ids } = msg;
  if (!isAddress(storage_provider)) throw invalidMessage('storage_provider: an address is expected');
  if (family === 0 && ids.length === 0) throw invalidMessage('a family, or ids of groups, are expected');
  if (family !== 0 && ids.length > 0) throw invalidMessage('a family or ids of groups are expected, not both');
  if (msg.successor_sp_id === 0) throw invalidMessage('successor_sp_id: the id of a provider is expected');
}

/** @throws gateway 50033 */
async function signed<K extends keyof Signatures>(
  gateway: Gateway,
  what: K,
  value: Signatures[K],
): Promise<Uint8Array> {
  try {
    return await gateway.dependencies.client.signer.sign(what, value);
  } catch (error) {
    const reason = GfSpError.from(error).message;
    throw gatewayErrors.migrationApproval(`the approval could not be signed: ${reason}`, error);
  }
}
