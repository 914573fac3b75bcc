/** Metrics, probes and profiles as parts of an app. */
import type { Logger } from '@prairie/gfsp';
import type { Health } from './health.ts';
import { type Page, PageServer, sendText } from './http-server.ts';
import type { Metrics } from './metrics.ts';
import { profilePages } from './profiles.ts';

/** Section `Monitor` of the configuration: what has no address is off. */
export interface MonitorOptions {
  metricsAddress?: string | undefined;
  probeAddress?: string | undefined;
  /** Whoever reaches it can slow the process down and read its memory, keys included: keep it on a loopback address. */
  profileAddress?: string | undefined;
}

export interface MonitorDependencies {
  metrics: Metrics;
  health: Health;
  logger: Logger;
}

/** One server per address. Add them first: they are stopped last then. @throws RangeError for an address that is none */
export function monitorServers(options: MonitorOptions, dependencies: MonitorDependencies): PageServer[] {
  const { metrics, health, logger } = dependencies;
  const sets: [string, string | undefined, () => Page[]][] = [
    ['metrics', options.metricsAddress, () => [metricsPage(metrics)]],
    ['probe', options.probeAddress, () => probePages(health)],
    ['pprof', options.profileAddress, () => profilePages()],
  ];
  const servers = new Map<string, { names: string[]; pages: Page[] }>();
  for (const [name, address, pages] of sets) {
    if (!address) continue;
    // Port 0 is another port each time.
    const place = address.endsWith(':0') ? `${name} ${address}` : address;
    const server = servers.get(place) ?? { names: [], pages: [] };
    server.names.push(name);
    server.pages.push(...pages());
    servers.set(place, server);
  }
  return [...servers].map(([place, { names, pages }]) => {
    const address = place.slice(place.indexOf(' ') + 1);
    return new PageServer({ name: names.join('+'), address }, { pages, logger });
  });
}

export function metricsPage(metrics: Metrics): Page {
  return {
    path: '/metrics',
    async answer(_, response) {
      sendText(response, 200, await metrics.text(), metrics.contentType);
    },
  };
}

/** `OK` or `NOT OK`; with `?verbose` the reasons besides. */
export function probePages(health: Health): Page[] {
  const page = (path: string, holds: () => boolean): Page => ({
    path,
    answer({ query }, response) {
      const ok = holds();
      const reasons = query.has('verbose') ? health.reasons().map((reason) => `\n${reason}`) : [];
      sendText(response, ok ? 200 : 503, [ok ? 'OK' : 'NOT OK', ...reasons].join(''));
    },
  });
  return [page('/-/healthy', () => health.healthy), page('/-/ready', () => health.ready)];
}
