/** A provider's consent inside a message, signed with its approval key (`reference/chain-rpc.md` §13.5). */
import {
  approvalDigest,
  type greenfieldCommon,
  type greenfieldSp,
  type MessageType,
  recoverAddress,
  sameAddress,
} from '@prairie/chain';
import type { Context } from '../../context.ts';
import { storageErrors as errors } from './errors.ts';

/** @throws ChainError storage/1116 when the approval is over, or not `provider`'s approval of this message */
export function checkApproval<M extends object>(
  ctx: Context,
  type: MessageType<M>,
  msg: M,
  approval: greenfieldCommon.Approval,
  provider: greenfieldSp.StorageProvider,
): void {
  if (approval.expired_height < ctx.height) {
    throw errors.invalidApproval(`it expired at height ${approval.expired_height}, this is ${ctx.height}`);
  }
  const signer = signerOf(approvalDigest(type, msg), approval.sig);
  if (signer && sameAddress(signer, provider.approval_address)) return;
  throw errors.invalidApproval(`signed by ${signer ?? 'nobody'}, ${provider.approval_address} expected`);
}

function signerOf(digest: Uint8Array, signature: Uint8Array): string | undefined {
  try {
    return recoverAddress(digest, signature);
  } catch {
    return undefined; // malformed: refused like a signature of somebody else
  }
}
