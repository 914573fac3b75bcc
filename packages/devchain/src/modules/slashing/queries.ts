import { isAddress, cosmosSlashingV1beta1 as slashing } from '@prairie/chain';
import { type ChainModule, query, StatusError } from '../../context.ts';
import { paginate } from '../../pagination.ts';
import type { SlashingKeeper } from './keeper.ts';

/** Addresses of consensus keys are hex, with or without `0x`. */
export function slashingQueries({ infos }: SlashingKeeper): ChainModule['queries'] {
  return {
    '/cosmos.slashing.v1beta1.Query/SigningInfo': query({
      request: slashing.QuerySigningInfoRequest,
      response: slashing.QuerySigningInfoResponse,
      handle: (ctx, { cons_address }) => {
        if (cons_address === '') throw new StatusError('InvalidArgument', 'invalid request');
        if (!isAddress(cons_address)) throw new StatusError('InvalidArgument', `invalid address: ${cons_address}`);
        const val_signing_info = infos.get(ctx, cons_address);
        if (!val_signing_info) throw new StatusError('NotFound', `SigningInfo not found for validator ${cons_address}`);
        return { val_signing_info };
      },
    }),
    '/cosmos.slashing.v1beta1.Query/SigningInfos': query({
      request: slashing.QuerySigningInfosRequest,
      response: slashing.QuerySigningInfosResponse,
      handle: (ctx, { pagination: asked }) => {
        const { items, pagination } = paginate(asked, { walk: (walk) => infos.list(ctx, walk) });
        return { info: items, pagination };
      },
    }),
  };
}
