/** Who counts calls between processes. */

export type RpcSide = 'server' | 'client';
export type RpcKind = 'unary' | 'client_stream' | 'server_stream' | 'bidi_stream';

export interface RpcCall {
  readonly side: RpcSide;
  readonly kind: RpcKind;
  /** `base.types.gfspserver.GfSpUploadService`. */
  readonly service: string;
  /** `GfSpUploadObject`. */
  readonly method: string;
}

export interface RpcEnd {
  /** Told of each message in a direction. */
  received(): void;
  sent(): void;
  /** `OK`, `Unavailable`, … */
  ended(code: string): void;
}

/** Told of each call as it begins. Without one, nothing is counted and nothing costs. */
export interface RpcObserver {
  began(call: RpcCall): RpcEnd;
}
