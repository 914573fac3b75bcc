/** Packages for other chains: numbered per channel and kept. No relayer fetches them, none is ever acknowledged. */
import { cosmosCrosschainV1 as crosschain } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { joinKey, u32Key, u64Key } from '../../keys.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { bigintCodec, numberCodec } from '../../state/index.ts';
import { StoredParams } from '../params/governed-params.ts';
import { CHANNELS, type ChannelName, isRoute, SOURCE_CHAIN } from './chains.ts';

/** Of a package that asks for something; answers are other types. */
const SYN_PACKAGE = 0;

export const ALLOWED = 1;
export const FORBIDDEN = 0;

/** Where packages of one kind go: a chain and a channel of it. */
export interface Route {
  destChain: number;
  channel: ChannelName;
}

export interface Package {
  payload: Uint8Array;
  /** Wei, for bringing the package there. */
  relayerFee: bigint;
  /** Wei, for bringing its answer back. */
  ackRelayerFee: bigint;
}

export class CrosschainKeeper {
  readonly parameters: StoredParams<crosschain.Params>;
  private readonly sequences: Table<bigint>;
  private readonly packages: Table<crosschain.QueryCrossChainPackageResponse>;
  private readonly permissions: Table<number>;

  constructor(state: State) {
    this.parameters = new StoredParams(state, 'crosschain/params', crosschain.Params, { check: checkParams });
    this.sequences = state.table('crosschain/send_sequences', bigintCodec);
    this.packages = state.table('crosschain/packages', crosschain.QueryCrossChainPackageResponse);
    this.permissions = state.table('crosschain/permissions', numberCodec);
  }

  /** Number of the next package of a channel, from 0. */
  sendSequence(destChain: number, channel: number): bigint {
    return this.sequences.get(routeKey(destChain, channel)) ?? 0n;
  }

  /** Header and payload; empty when there is no such package. */
  package(destChain: number, channel: number, sequence: bigint): Uint8Array {
    return this.packages.get(joinKey(routeKey(destChain, channel), u64Key(sequence)))?.package ?? new Uint8Array(0);
  }

  setPermission({ dest_chain_id, channel_id, permission }: crosschain.ChannelPermission): void {
    this.permissions.set(routeKey(dest_chain_id, channel_id), permission);
  }

  /** Queues a package and tells relayers of it. Returns its number. @throws ChainError sdk/37 on a closed channel */
  send(ctx: Context, { destChain, channel }: Route, content: Package): bigint {
    const channel_id = CHANNELS[channel];
    const key = routeKey(destChain, channel_id);
    if (!isRoute(destChain, channel_id) || this.permissions.get(key) === FORBIDDEN) {
      throw sdkErrors.notSupported(`channel ${channel} to chain ${destChain} is closed`);
    }
    const sequence = this.sendSequence(destChain, channel_id);
    const bytes = Buffer.concat([packageHeader(ctx.now, content), content.payload]);
    this.sequences.set(key, sequence + 1n);
    this.packages.set(joinKey(key, u64Key(sequence)), { package: bytes });
    ctx.emitTyped(crosschain.EventCrossChain, {
      src_chain_id: SOURCE_CHAIN,
      dest_chain_id: destChain,
      channel_id,
      sequence,
      package_type: SYN_PACKAGE,
      timestamp: ctx.now,
      package_load: bytes.toString('hex'),
      relayer_fee: String(content.relayerFee),
      ack_relayer_fee: String(content.ackRelayerFee),
    });
    return sequence;
  }
}

const routeKey = (destChain: number, channel: number): string => joinKey(u32Key(destChain), u32Key(channel));

/** Type, time in seconds and both fees, as contracts on the other side read them: 1, 8, 32 and 32 bytes. */
function packageHeader(now: bigint, { relayerFee, ackRelayerFee }: Package): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(now);
  return Buffer.concat([Buffer.of(SYN_PACKAGE), time, word(relayerFee), word(ackRelayerFee)]);
}

/** 32 bytes, big-endian. */
export const word = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

function checkParams({ init_module_balance }: crosschain.Params): void {
  if (/^\d+$/.test(init_module_balance) && BigInt(init_module_balance) > 0n) return;
  throw sdkErrors.invalidRequest(`init_module_balance: positive amount expected, got ${init_module_balance}`);
}
