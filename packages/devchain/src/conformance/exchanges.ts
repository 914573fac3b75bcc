/** Recorded requests to a node's port, asked again. */
import { request as httpRequest } from 'node:http';
import { answerMismatch, atReplay, type Rule } from './json-compare.ts';

/** One line of `rpc.jsonl`: a request by POST, one in the URI, or the upgrade to a WebSocket. */
export interface RecordedExchange {
  http?: 'GET' | 'POST';
  transport?: 'ws';
  /** Of a request in the URI. */
  uri?: string;
  /** Of an upgrade. */
  url?: string;
  /** Where it was not recorded, it was 200. */
  http_status?: number;
  client?: string;
  request?: { jsonrpc: string; id: number; method: string; params: Record<string, unknown> };
  request_headers?: [string, string][];
  response_headers?: [string, string][];
  response?: unknown;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, else text. */
  body: unknown;
}

/** Sends a recorded request. `translate` may change what belongs to the recorded chain, such as heights. */
export async function ask(
  rpcUrl: string,
  recorded: RecordedExchange,
  translate: (text: string) => string = (text) => text,
): Promise<Answer> {
  const response = recorded.uri
    ? await fetch(rpcUrl + translate(recorded.uri))
    : await fetch(rpcUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: translate(JSON.stringify(recorded.request)),
      });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/**
 * Asks a chain that has run the recorded transactions. What differs, or undefined.
 * `translate` turns hashes of recorded blocks into this chain's.
 */
export async function exchangeMismatch(
  rpcUrl: string,
  recorded: RecordedExchange,
  translate?: (text: string) => string,
): Promise<string | undefined> {
  const expected = recorded.http_status ?? (recorded.transport === 'ws' ? 101 : 200);
  if (recorded.transport === 'ws') {
    const status = await askForUpgrade(rpcUrl, recorded);
    return status === expected ? undefined : `expected status ${expected}, got ${status}`;
  }
  const { status, body } = await ask(rpcUrl, recorded, translate);
  if (status !== expected) return `expected status ${expected}, got ${status}`;
  return answerMismatch(body, recorded.response, ruleOf(recorded));
}

/** A broadcast answers units of the store, which are the node's own. */
const ruleOf = ({ request }: RecordedExchange): Rule =>
  request?.method === 'broadcast_tx_sync' ? (path) => (path === 'result.data' ? 'kind' : atReplay(path)) : atReplay;

/** Sends a recorded upgrade as it was, and ends the connection. The status is 101 when it was accepted. */
export function askForUpgrade(rpcUrl: string, recorded: RecordedExchange): Promise<number> {
  const headers = Object.fromEntries(recorded.request_headers!.filter(([name]) => name !== 'Host'));
  return new Promise((resolve, reject) => {
    const request = httpRequest(rpcUrl + recorded.url, { headers });
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end();
  });
}
