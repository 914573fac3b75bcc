/** Events of grants, which the definitions of the client libraries leave out. */
import { define } from '@prairie/chain';

interface GrantEvent {
  msg_type_url: string;
  granter: string;
  grantee: string;
}

const fields = { msg_type_url: [2, 'string'], granter: [3, 'string'], grantee: [4, 'string'] } as const;

export const EventGrant = define<GrantEvent>('cosmos.authz.v1beta1.EventGrant', fields);
export const EventRevoke = define<GrantEvent>('cosmos.authz.v1beta1.EventRevoke', fields);
