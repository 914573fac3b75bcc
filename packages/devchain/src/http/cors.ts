/** Headers that let pages of any origin use a port (`reference/chain-rpc.md` §2). */
import type { IncomingMessage, ServerResponse } from 'node:http';

const ALLOWED_HEADERS = ['Origin', 'Accept', 'Content-Type', 'X-Requested-With', 'X-Server-Time'];

export interface CorsOptions {
  methods: readonly string[];
  /** Request headers besides the usual ones. */
  headers?: readonly string[];
  /** Response headers that pages may read. */
  exposed: readonly string[];
}

/** Sets the headers. True when the request was a preflight, which is answered with them. */
export function answerCors(request: IncomingMessage, response: ServerResponse, options: CorsOptions): boolean {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', options.exposed.join(', '));
  if (request.method !== 'OPTIONS') return false;
  response.setHeader('Access-Control-Allow-Methods', options.methods.join(', '));
  response.setHeader('Access-Control-Allow-Headers', [...ALLOWED_HEADERS, ...(options.headers ?? [])].join(', '));
  response.setHeader('Access-Control-Max-Age', '86400');
  response.writeHead(204).end();
  return true;
}
