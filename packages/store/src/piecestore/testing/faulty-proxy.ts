/** Stands between a client and an S3 server, and spoils what the test asks it to. Requests keep their Host header. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a request. */
export type Fault =
  | 'none'
  /** The connection ends before an answer. */
  | 'reset'
  /** The connection ends in the middle of the answer's body. */
  | 'cut'
  /** No answer, ever. */
  | 'hang'
  /** The head of an answer, half of its body, and no more. */
  | 'stall'
  | { status: number; code: string };

export interface FaultyProxy {
  readonly endpoint: string;
  /** Requests so far: `GET /bucket/key`. */
  readonly seen: string[];
  /** Of the last request. */
  headers: IncomingHttpHeaders;
  /** Decides about each request by its number, from 0, and `GET /bucket/key`. */
  faultOf: (number: number, request: string) => Fault;
  close(): Promise<void>;
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const seen: string[] = [];
  const proxy = { seen, headers: {}, faultOf: (): Fault => 'none' } as Omit<FaultyProxy, 'endpoint' | 'close'>;
  const server = createServer((incoming, outgoing) => {
    const name = `${incoming.method} ${incoming.url}`;
    proxy.headers = incoming.headers;
    const fault = proxy.faultOf(seen.push(name) - 1, name);
    if (fault === 'reset') incoming.socket.destroy();
    else if (fault === 'hang') incoming.resume();
    else if (typeof fault === 'object') refuse(incoming, outgoing, fault);
    else forward(target, incoming, outgoing, fault);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return Object.assign(proxy, { endpoint, close });
}

function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, code }: { status: number; code: string },
) {
  incoming.resume().on('end', () => {
    outgoing.writeHead(status, { 'content-type': 'application/xml' });
    outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>wrong key SKSECRET</Message></Error>`);
  });
}

function forward(target: string, incoming: IncomingMessage, outgoing: ServerResponse, fault: Fault): void {
  const { method, url, headers } = incoming;
  const through = request(`${target}${url}`, { method, headers }, async (answer) => {
    const chunks = (await answer.toArray()) as Buffer[];
    const body = Buffer.concat(chunks);
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    if (fault === 'none') outgoing.end(body);
    else outgoing.write(body.subarray(0, body.length / 2), () => fault === 'cut' && outgoing.destroy());
  });
  through.on('error', () => outgoing.destroy());
  incoming.pipe(through);
}
