import { type Broadcasts, baseErrors, type Signatures, type Signer } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { SignRequest, SignResponse } from '../messages/signer.ts';
import { defineRpc, serve, unary } from '../method.ts';

/** Fields of the request that get a signature; the others but one go to the chain (`reference/internal-grpc.md` §6.1). */
const SIGNATURES: Readonly<Record<keyof Signatures, true>> = {
  create_bucket_info: true,
  migrate_bucket_info: true,
  create_object_info: true,
  sign_secondary_seal_bls: true,
  ping_msg: true,
  pong_msg: true,
  gfsp_replicate_piece_approval_task: true,
  gfsp_receive_piece_task: true,
  gfsp_recover_piece_task: true,
  sign_secondary_sp_migration_bucket: true,
  sign_swap_out: true,
  gfsp_migrate_gvg_task: true,
  gfsp_bucket_migrate_info: true,
};

/** Three attempts of a transaction, each with a few blocks to get in. */
const DEADLINE_MS = 120_000;

export const signService = defineRpc('base.types.gfspserver.GfSpSignService', {
  // not repeatable: a group created twice is two groups
  GfSpSign: unary(SignRequest, SignResponse, { deadlineMs: DEADLINE_MS }),
});

/** The same method where only a signature is asked for: that may be asked again. */
const signOnly = { ...signService.methods.GfSpSign, repeatable: true, deadlineMs: 30_000 };

export const serveSign = (signer: Signer) =>
  serve(signService, {
    async GfSpSign(request) {
      const entries = Object.entries(request) as [keyof SignRequest, unknown][];
      const [what, value] = entries.find(([, message]) => message !== undefined) ?? [];
      if (what === undefined) throw baseErrors.signTaskDangling();
      if (what === 'gfsp_migrate_piece_task') throw baseErrors.unsupportedTaskType(`${what} gets no signature`);
      if (Object.hasOwn(SIGNATURES, what)) {
        return { signature: await signer.sign(what as keyof Signatures, value as never) };
      }
      return { tx_hash: await signer.broadcast(what as keyof Broadcasts, value as never) };
    },
  });

export const callSigner = (caller: Caller): Signer => ({
  async sign(what, value) {
    const { signature } = await caller.unary(signOnly, { [what]: value });
    return signature;
  },
  async broadcast(what, msg) {
    const { tx_hash } = await caller.unary(signService.methods.GfSpSign, { [what]: msg });
    return tx_hash;
  },
});
