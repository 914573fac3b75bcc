/** What a stand-in calls with; `connection.ts` is the real one. */
import type { Init } from '@prairie/chain';
import type { RpcMethod } from '../method.ts';

export interface CallOptions {
  /** Ends the call; it then throws the signal's reason. */
  signal?: AbortSignal;
  /** In place of the method's own. */
  deadlineMs?: number;
  headers?: Readonly<Record<string, string>>;
}

export interface Caller {
  /** Payload bytes in one message. */
  readonly payloadBytes: number;
  /** @throws GfSpError the callee's own, or 999999 when it cannot be reached */
  unary<Q, R>(method: RpcMethod<'unary', Q, R>, request: Init<Q>, options?: CallOptions): Promise<R>;
  /** Sends while the callee reads. Ends `messages` as soon as there is an answer. @throws what `messages` throws, too */
  up<Q, R>(method: RpcMethod<'up', Q, R>, messages: AsyncIterable<Init<Q>>, options?: CallOptions): Promise<R>;
  /** Resolves when the callee has begun to answer. Reading slowly holds it back; `return()` ends it. */
  down<Q, R>(
    method: RpcMethod<'down', Q, R>,
    request: Init<Q>,
    options?: CallOptions,
  ): Promise<AsyncIterableIterator<R>>;
}
