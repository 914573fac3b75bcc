import type { Handler } from '../http/handler.ts';
import { send } from '../http/reply.ts';
import { openApi } from './openapi.ts';

/** The table does not change while the gateway runs: one text for each version. */
const texts = new Map<string, string>();

export const getOpenApi: Handler = async (gateway, _request, response) => {
  // not at the top: the table of routes has this one too
  const { routes } = await import('../http/routes.ts');
  const { version } = gateway.options;
  const text = texts.get(version) ?? JSON.stringify(openApi(routes, version));
  texts.set(version, text);
  send(response, 200, 'application/json', text);
};
