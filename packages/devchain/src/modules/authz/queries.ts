import { cosmosAuthzV1beta1 as authz, isAddress } from '@prairie/chain';
import { type ChainModule, query, StatusError } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { paginate } from '../../pagination.ts';
import { authzErrors } from './errors.ts';
import type { AuthzKeeper } from './keeper.ts';

function checkAddress(address: string): void {
  if (address === '') throw new StatusError('InvalidArgument', 'empty address string is not allowed');
  if (!isAddress(address)) throw new StatusError('InvalidArgument', `invalid address: ${address}`);
}

const bare = ({ authorization, expiration }: authz.GrantAuthorization): authz.Grant => ({ authorization, expiration });

export function authzQueries(keeper: AuthzKeeper): ChainModule['queries'] {
  return {
    '/cosmos.authz.v1beta1.Query/Grants': query({
      request: authz.QueryGrantsRequest,
      response: authz.QueryGrantsResponse,
      handle: (_ctx, { granter, grantee, msg_type_url, pagination }) => {
        checkAddress(granter);
        checkAddress(grantee);
        if (msg_type_url !== '') {
          const grant = keeper.grant({ granter, grantee }, msg_type_url);
          if (!grant) throw authzErrors.notFound(`authorization not found for ${msg_type_url} type`);
          return { grants: [bare(grant)] };
        }
        const page = paginate(pagination, { walk: (walk) => keeper.list({ granter, grantee }, walk) });
        return { grants: page.items.map(bare), pagination: page.pagination };
      },
    }),
    '/cosmos.authz.v1beta1.Query/GranterGrants': query({
      request: authz.QueryGranterGrantsRequest,
      response: authz.QueryGranterGrantsResponse,
      handle: (_ctx, { granter, pagination }) => {
        checkAddress(granter);
        const page = paginate(pagination, { walk: (walk) => keeper.list({ granter }, walk) });
        return { grants: page.items, pagination: page.pagination };
      },
    }),
    '/cosmos.authz.v1beta1.Query/GranteeGrants': query({
      request: authz.QueryGranteeGrantsRequest,
      response: authz.QueryGranteeGrantsResponse,
      handle: (_ctx, { grantee, pagination }) => {
        checkAddress(grantee);
        const page = paginate(pagination, { walk: (walk) => grantsTo(keeper, grantee, walk) });
        return { grants: page.items, pagination: page.pagination };
      },
    }),
  };
}

/** Grants are kept by granter. */
function* grantsTo(keeper: AuthzKeeper, grantee: string, walk: { from?: string; reverse: boolean }) {
  for (const entry of keeper.list({}, walk)) {
    if (addressKey(entry[1].grantee) === addressKey(grantee)) yield entry;
  }
}
