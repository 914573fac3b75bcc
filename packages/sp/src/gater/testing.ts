/** A gateway on a real socket; modules and chain are what a test gives. */
import { type IncomingHttpHeaders, request } from 'node:http';
import type { TestContext } from 'node:test';
import { addressOf, greenfieldSp, greenfieldVirtualgroup, greenfieldStorage as storage } from '@prairie/chain';
import { authorizationOf, EXPIRY_HEADER, expiryText, MAX_HEADER_BYTES } from '@prairie/client';
import { type Consensus, type Modules, silentLogger } from '@prairie/gfsp';
import { createErasureCoder } from '@prairie/redundancy';
import type { GatewayOptions } from './http/handler.ts';
import { GaterModule } from './http/server.ts';

export const OPERATOR_KEY = Buffer.alloc(32, 1);
export const USER_KEY = Buffer.alloc(32, 2);
export const OPERATOR = addressOf(OPERATOR_KEY);
export const USER = addressOf(USER_KEY);

export type Stubs = { [M in keyof Modules]?: Partial<Modules[M]> };

/** A chain with this provider in service, and one open bucket. */
export function chainOf(fields: Partial<Consensus> = {}): Consensus {
  const chain: Partial<Consensus> = {
    chainId: 'greenfield_9000-121',
    currentHeight: async () => 5n,
    waitForHeight: async (height) => height,
    spByOperator: async () => greenfieldSp.StorageProvider.create({ id: 1, operator_address: OPERATOR }),
    bucket: async () => ({ bucket_info: storage.BucketInfo.create({ id: 1n }), is_rate_limited: false }),
    family: async (id) => greenfieldVirtualgroup.GlobalVirtualGroupFamily.create({ id, primary_sp_id: 1 }),
    storageParams: async () => storage.Params.create({ versioned_params: { max_segment_size: 1024n } }),
    ...fields,
  };
  return chain as Consensus;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Of an error body. */
  code: number;
}

export interface Sent {
  method?: 'GET' | 'HEAD' | 'PUT' | 'POST';
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: Uint8Array;
  /** Signs with this key. */
  key?: Uint8Array;
}

export interface TestGateway {
  readonly port: number;
  send(sent: Sent): Promise<Answer>;
}

export async function gatewayOf(
  t: TestContext,
  client: Stubs,
  consensus: Consensus,
  settings: Partial<GatewayOptions> = {},
): Promise<TestGateway> {
  const own = { host: '127.0.0.1', port: 0, domains: ['sp1.test'], operatorAddress: OPERATOR, version: '0' };
  const options = { ...own, ...settings };
  const gater = new GaterModule(options, {
    client: client as Modules,
    consensus,
    recent: consensus,
    coder: createErasureCoder(),
    logger: silentLogger,
  });
  await gater.start();
  t.after(() => gater.stop());
  return { port: gater.port, send: (sent) => exchange(gater.port, sent) };
}

function exchange(
  port: number,
  { method = 'GET', path = '/photos/a', body, key, headers = {} }: Sent,
): Promise<Answer> {
  const host = `127.0.0.1:${port}`;
  const expiry = expiryText(100);
  const given = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]));
  const signable = { method, target: path, host, rawHeaders: [EXPIRY_HEADER, expiry, ...given] };
  const signed = key ? { [EXPIRY_HEADER]: expiry, authorization: authorizationOf(signable, key) } : {};
  return new Promise((resolve, reject) => {
    const all = { host, ...signed, ...headers };
    const options = { method, host: '127.0.0.1', port, path, headers: all, agent: false };
    const outgoing = request({ ...options, maxHeaderSize: MAX_HEADER_BYTES }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const all = Buffer.concat(chunks);
        const code = Number(/<Code>(\d+)<\/Code>/.exec(all.toString())?.[1] ?? 0);
        resolve({ status: response.statusCode!, headers: response.headers, body: all, code });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
