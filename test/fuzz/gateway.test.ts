/**
 * The gateway under requests that nobody should send: for each route of the table a hundred and more, made from what the
 * table says of it, to a provider in a process of its own. Without `PRAIRIE_SEED` each run is the same.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { again, chosenSeed } from '@prairie/devchain/testing';
import { parseTarget, type Route, Router, routes } from '@prairie/sp/routes';
import fc from 'fast-check';
import { processesIn } from '../support/processes.ts';
import { faultsOf } from './gateway/faults.ts';
import { anyRequest, shown } from './gateway/requests.ts';
import { exchange, isCut, isLossy, type WireRequest } from './gateway/wire.ts';
import { handlesOf, openWorld, rssOf, type World } from './gateway/world.ts';

/** At a time, and how many times. */
const [PARALLEL, RUNS] = [10, 15];
/** Before memory and handles are counted: what is loaded and opened once is there. */
const WARM_UP_ROUTES = 8;
/** Memory that is not given back at once: several times what the run before the count took. */
const MAX_GROWTH_BYTES = 400 << 20;
/** Databases and the chain's connections come and go. */
const SPARE_HANDLES = 20;
const SETTLE_SECONDS = 15;

const seed = chosenSeed(90_210);
const HOW = again(seed, 'npm run test:fuzz -- test/fuzz/gateway.test.ts');

describe(`the gateway under bad requests (seed ${seed})`, () => {
  let world: World;
  let router: Router;
  let secrets: readonly string[];
  let settled = { handles: 0, rss: 0 };
  /** By status, and by route and code where the provider says that it is at fault. */
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);

  before(async () => {
    world = await openWorld();
    router = new Router(routes, [new URL(world.devnet.sps[0]!.endpoint).hostname]);
    secrets = [world.dataDir, process.cwd()];
  });

  after(() => world?.close());

  for (const [index, route] of routes.entries()) {
    it(`${route.name} answers with what it may`, async () => {
      if (index === WARM_UP_ROUTES) settled = { handles: handlesOf(world.pid), rss: rssOf(world.pid) };
      const requests = fc.array(anyRequest(route, world), { minLength: PARALLEL, maxLength: PARALLEL });
      const property = fc.asyncProperty(requests, async (all) => void (await Promise.all(all.map(expectSound))));
      await fc.assert(property, { numRuns: RUNS, seed, endOnFailure: true }).catch((error: Error) => {
        throw new Error(`${(error.cause as Error | undefined)?.message ?? error.message}\n${HOW}`);
      });
    });
  }

  async function expectSound(request: WireRequest): Promise<void> {
    const answer = await exchange(world.port, request).catch((error: Error) => {
      throw new Error(`${error.message}:\n  ${shown(request)}`);
    });
    if (!answer) {
      assert.ok(isCut(request) || isLossy(request), `no answer:\n  ${shown(request)}`);
      return;
    }
    const route = answering(request);
    const text = answer.body.toString('utf8', 0, 1000);
    count(String(answer.status));
    if (answer.status >= 500) count(`${route?.name} ${/<Code>(\d+)</.exec(text)?.[1]}`);
    const faults = faultsOf(answer, route, secrets);
    assert.deepEqual(faults, [], `${faults.join('; ')}:\n  ${shown(request)}\n${answer.status} ${text}`);
  }

  function answering({ method, target, headers }: WireRequest): Route | undefined {
    const read = parseTarget(Buffer.from(target).toString('latin1'));
    const host = headers.find(([name]) => name === 'Host')?.[1] ?? '';
    return read && router.match({ method, host, target: read }).found;
  }

  it('has the provider alive, with no more handles and little more memory', async () => {
    const lines = [...counts].sort().map((pair) => pair.join(': '));
    process.stdout.write(`${lines.join(', ')}\n`);
    const entry = processesIn(world.dataDir).find(({ sp }) => sp === 1)!;
    assert.deepEqual([entry.pid, entry.restarts], [world.pid, 0], 'the provider died and was started again');
    const status = await fetch(`${world.devnet.sps[0]!.endpoint.replace(/\/\/.*:/, '//127.0.0.1:')}/status`);
    assert.equal(status.status, 200);
    const most = settled.handles + SPARE_HANDLES;
    for (let second = 0; handlesOf(world.pid) > most && second < SETTLE_SECONDS; second++) await sleep(1000);
    assert.ok(handlesOf(world.pid) <= most, `${handlesOf(world.pid)} handles, ${settled.handles} before`);
    const growth = rssOf(world.pid) - settled.rss;
    assert.ok(growth < MAX_GROWTH_BYTES, `${Math.round(growth / 1e6)} MB more than before`);
  });
});
