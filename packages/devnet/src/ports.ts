import { createServer, type Server } from 'node:net';

/**
 * Where free ports are looked for: below those that systems give to outgoing connections (from 32768 on Linux), which
 * could take a port between its choice and its use.
 */
const FIRST = 20_000;
const COUNT = 12_000;
const TRIES = 200;

/**
 * Ports for `count` servers: consecutive from `first`, or any free ones when `first` is 0. `taken` are those that others
 * will have, but may not listen at yet. @throws when none is free
 */
export async function choosePorts(first: number, count: number, taken: readonly number[] = []): Promise<number[]> {
  if (first !== 0) return Array.from({ length: count }, (_, i) => first + i);
  const servers: Server[] = [];
  try {
    for (let tries = 0; servers.length < count; tries++) {
      if (tries === TRIES + count) throw new Error(`no ${count} free ports from ${FIRST} to ${FIRST + COUNT - 1}`);
      const port = FIRST + Math.floor(Math.random() * COUNT);
      const server = taken.includes(port) ? undefined : await listen(port);
      if (server) servers.push(server);
    }
    return servers.map((server) => (server.address() as { port: number }).port);
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
