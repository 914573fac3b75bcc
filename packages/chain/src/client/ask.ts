/** One query to a node, by its method. */
import { decode } from '../proto/decode.ts';
import type { Init } from '../proto/define.ts';
import { encode } from '../proto/encode.ts';
import type { AbciQueryOptions, RpcClient } from '../rpc.ts';
import type { Method } from '../services.ts';
import { ChainQueryError } from './errors.ts';

/** A query at `height` sees the state after that block; without one, the latest. */
export type QueryOptions = AbciQueryOptions;

/** Asks one method. @throws ChainQueryError when the chain refuses, RpcTransportError when no answer came */
export type Ask = <Q, R>(method: Method<Q, R>, value: Init<Q>, options?: QueryOptions) => Promise<R>;

/** An answer and the height of the state it is from. */
export async function askAt<Q, R>(
  rpc: RpcClient,
  method: Method<Q, R>,
  value: Init<Q>,
  options?: QueryOptions,
): Promise<{ value: R; height: bigint }> {
  const answer = await rpc.abciQuery(method.path, encode(method.request, value), options);
  if (answer.code !== 0) throw new ChainQueryError(method.path, answer);
  const bytes = Buffer.from(answer.value ?? '', 'base64');
  return { value: decode(method.response, bytes), height: BigInt(answer.height ?? 0) };
}
