/** Where a bucket is served: at the primary provider of its family, and nowhere else. */
import type { ServerResponse } from 'node:http';
import type { greenfieldStorage } from '@prairie/chain';
import type { Gateway } from '../http/handler.ts';
import { send } from '../http/reply.ts';
import { escapeXml } from '../http/xml.ts';
import { onChain } from '../provider-state.ts';

/**
 * The endpoint of the bucket's primary when that is another provider: a URL without a slash at its end. undefined when
 * it is this one, or when nobody can be named. @throws gateway 55001
 */
export async function endpointElsewhere(
  gateway: Gateway,
  bucket: greenfieldStorage.BucketInfo,
): Promise<string | undefined> {
  const { recent } = gateway.dependencies;
  const [own, family] = await onChain(
    Promise.all([
      recent.spByOperator(gateway.options.operatorAddress),
      recent.family(bucket.global_virtual_group_family_id),
    ]),
  );
  // a provider that has left the network has no id any more
  if (!family || family.primary_sp_id === own?.id) return undefined;
  const primary = await onChain(recent.spById(family.primary_sp_id));
  const endpoint = primary?.endpoint.replace(/\/+$/, '') ?? '';
  return /^https?:\/\/[^/]/.test(endpoint) ? endpoint : undefined;
}

/** Sends the client to another address, with a body for those who do not follow by themselves. */
export function redirect(response: ServerResponse, status: 302 | 307, location: string): void {
  response.setHeader('Location', location);
  send(response, status, 'text/html; charset=utf-8', `<a href="${escapeXml(location)}">Found</a>.\n\n`);
}
