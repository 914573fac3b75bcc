import { defineErrors } from '@prairie/gfsp';

/**
 * Refusals that more than one module gives under the gateway's name (`reference/gateway-http.md` §4.2): clients know
 * them by these numbers, whoever found the reason.
 */
export const sharedGatewayErrors = defineErrors('gateway', {
  noPermission: [401, 50004, 'no permission'],
  mismatchedProvider: [406, 50014, "the bucket's primary provider is another one"],
  chain: [500, 55001, 'the chain could not be asked'],
});
