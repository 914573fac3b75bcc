/** Calls a method of a node's port, as clients do. */
import type { DevChain } from '../devchain.ts';

export interface RpcAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: results of many methods
  result?: any;
  error?: { code: number; message: string; data?: string };
}

export async function rpcCall({ rpcUrl }: DevChain, method: string, params: unknown = {}): Promise<RpcAnswer> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(rpcUrl, { method: 'POST', body });
  return (await response.json()) as RpcAnswer;
}
