import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { SpClient } from '@prairie/client';
import { type Consensus, silentLogger } from '@prairie/gfsp';
import { operatorOf, TestChain } from '../testing/chain.ts';
import { until } from '../testing/network.ts';
import { HealthChecker } from './health-checker.ts';

/** Eight providers on the chain, each with a real server that answers /status as told. */
async function network(t: { after: (work: () => void) => void }) {
  const chain = new TestChain({ providers: 8 });
  const answers = new Map<number, number>();
  const servers: Server[] = [];
  const providers = await Promise.all(
    chain.providers.map(async (provider) => {
      const server = createServer((request, response) => {
        response.statusCode = request.url === '/status' ? (answers.get(provider.id) ?? 200) : 404;
        response.end();
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { ...provider, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    }),
  );
  const client = new SpClient();
  const stop = new AbortController();
  t.after(() => {
    stop.abort();
    client.close();
    for (const server of servers) server.close().closeAllConnections();
  });
  const consensus = {
    listSps: async () => providers,
    storageParams: () => chain.storageParams(),
  } as Partial<Consensus> as Consensus;
  const checker = new HealthChecker(
    { operatorAddress: operatorOf(1), intervalMs: 20, attempts: 1 },
    { consensus, probe: (endpoint, signal) => client.status(endpoint, signal), logger: silentLogger },
  );
  void checker.run(stop.signal);
  return { checker, answers, providers };
}

test('who does not answer is avoided until it answers again', async (t) => {
  const { checker, answers } = await network(t);
  assert.equal(checker.isHealthy(3), true);
  answers.set(3, 500);
  await until(() => !checker.isHealthy(3), 'provider 3 to be ill');
  assert.equal(checker.isHealthy(4), true);
  answers.delete(3);
  await until(() => checker.isHealthy(3), 'provider 3 to be well');
});

test('when too few would be left nobody else is avoided', async (t) => {
  const { checker, answers, providers } = await network(t);
  const others = providers.filter(({ id }) => id !== 1);
  const spare = others.length - 6;
  for (const { id } of others.slice(0, spare + 1)) answers.set(id, 503);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(others.every(({ id }) => checker.isHealthy(id)));
  // one of them recovers: the rest may be avoided now
  answers.delete(others[spare]!.id);
  if (spare > 0) await until(() => !checker.isHealthy(others[0]!.id), 'the first to be avoided');
});
