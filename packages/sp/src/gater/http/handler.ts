/** What a route's handler gets, and what it answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Signers } from '@prairie/client';
import type { ByteStream, Consensus, Logger, Modules } from '@prairie/gfsp';
import type { HttpObserver } from '@prairie/observe';
import type { ErasureCoder } from '@prairie/redundancy';
import type { PieceMemory } from '../../common/piece-memory.ts';
import type { Remembered } from '../../common/remembered.ts';
import type { Slots } from '../../common/slots.ts';
import type { BandwidthOptions } from '../limits/bandwidth.ts';
import type { RateLimiter, RateLimits } from '../limits/rate-limiter.ts';
import type { Incoming } from '../pieces/incoming.ts';
import type { RequestBody } from './request-body.ts';
import type { Place } from './router.ts';
import type { Answer } from './shape.ts';
import type { Target } from './target.ts';

export interface GatewayOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Domains below which a host name carries the bucket. */
  domains: readonly string[];
  /** This provider, checksummed. */
  operatorAddress: string;
  /** Largest payload of one put. Default 2 GiB. */
  maxPayloadSize?: bigint;
  /** Shown by /status. */
  version: string;
  /** Running requests get so long to end when the gateway stops. Default 1 s. */
  drainMs?: number;
  /** `mainnet` hides the routes for debugging. Default `mainnet`. */
  env?: string;
  /** Quota and read records are for anyone, as the reference has it. Default: for the owner, and for this provider. */
  openQueries?: boolean;
  /** Read records in one answer at most. Default 100. */
  maxReadRecords?: number;
  /** Bytes of each bucket that may be read in a month for free. Default 0. */
  monthlyFreeQuota?: bigint;
  /** Requests in a period. Default: as many as come. */
  limits?: RateLimits;
  /** Bytes a second of each client address. Default: as fast as it goes. */
  bandwidth?: BandwidthOptions;
  /** Memory of pieces that arrive, in bytes. Default 256 MiB. */
  pieceMemoryBytes?: number;
  /** Proxies whose X-Forwarded-For says who the client is: addresses and networks. Default: private networks. */
  trustedProxies?: readonly string[];
}

export interface GatewayDependencies {
  client: Modules;
  consensus: Consensus;
  /** The same for reads: as of the latest block, without asking for what is known of it. */
  recent: Consensus;
  /** Makes the pieces of secondaries from segments. */
  coder: Pick<ErasureCoder, 'encode'>;
  logger: Logger;
  /** Told of every request, for metrics. */
  http?: HttpObserver;
}

/** What came, before anything is known of who sent it. */
export interface Asked {
  readonly id: string;
  readonly target: Target;
  readonly message: IncomingMessage;
  readonly body: RequestBody;
  /** The client's, behind trusted proxies too; looked up when somebody asks. */
  address(): string;
  /** Bytes to the client, as fast as its address may have them. */
  paced(bytes: ByteStream): ByteStream;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

export interface GatewayRequest extends Asked {
  readonly place: Place;
  /** Accounts that may have signed, likeliest first; empty unless the route's class is `signed`. See `signersOf`. */
  readonly signers: Signers;
}

export interface Gateway {
  readonly options: Required<GatewayOptions>;
  readonly dependencies: GatewayDependencies;
  readonly limiter: RateLimiter;
  /** Objects that pieces arrive for, by id, as the chain had them a moment ago. */
  readonly incoming: Remembered<Incoming | undefined>;
  /** Of pieces that arrive; who sends more waits. */
  readonly pieceMemory: PieceMemory;
  /** Challenges whose answers are in memory until the challenger has read them. */
  readonly challenges: Slots;
}

/** Writes the answer, or throws what becomes one. */
export interface Handler {
  (gateway: Gateway, request: GatewayRequest, response: ServerResponse): Promise<void>;
  /** What it answers, where that is a message: then clients may have JSON instead of XML. */
  readonly form?: Answer<never>;
}

/** A header's first value, empty when it is absent: Node joins what is repeated, the network takes the first. */
export function header(request: Pick<Asked, 'message'>, name: string): string {
  return request.message.headersDistinct[name.toLowerCase()]?.[0] ?? '';
}
