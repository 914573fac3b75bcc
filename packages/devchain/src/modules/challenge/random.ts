/** Challenges that no account asked for: the block's randomness picks pieces (`reference/chain-state-machine.md` §11). */
import { BoundedCache, keccak256 } from '@prairie/chain';
import type { ChallengeStore, Stored } from './store.ts';
import { answers, isSealed, PRIMARY, providerAt, type Targets } from './targets.ts';

const MAX_UINT64 = 2n ** 64n - 1n;
const ATTEMPTS_PER_CHALLENGE = 10n;
const HALF = 32;

export interface Pick extends Stored {
  spOperator: string;
  redundancyIndex: number;
  segmentIndex: number;
}

/**
 * Up to `needed` pieces, each of another object or provider. An attempt that meets nothing to challenge is lost: there
 * are ten for each piece that is needed.
 */
export function* randomPicks(
  deps: { targets: Targets; store: ChallengeStore },
  { needed, mix }: { needed: bigint; mix: Uint8Array },
): Generator<Pick> {
  const last = deps.targets.lastObjectId;
  if (last === 0n) return;
  const taken = new Set<string>();
  const attempts = needed * ATTEMPTS_PER_CHALLENGE;
  for (let attempt = 1n; attempt <= attempts && BigInt(taken.size) < needed; attempt++) {
    const pick = pickOf(deps, attemptSeed(mix, attempt), last);
    const name = pick && `${pick.spId}/${pick.objectId}`;
    if (!pick || taken.has(name!)) continue;
    taken.add(name!);
    yield pick;
  }
}

function pickOf(
  { targets, store }: { targets: Targets; store: ChallengeStore },
  seed: Uint8Array,
  lastObjectId: bigint,
): Pick | undefined {
  const objectId = remainder(seed, lastObjectId) + 1n;
  const object = targets.objectById(objectId);
  if (!object || !isSealed(object) || object.payload_size === 0n) return undefined;
  const group = targets.groupOf(object);
  if (!group) return undefined;
  const places = BigInt(group.secondary_sp_ids.length + 1);
  const redundancyIndex = Number(remainder(seed.subarray(HALF), places)) + PRIMARY;
  const provider = targets.provider(providerAt(group, redundancyIndex));
  if (!provider || !answers(provider)) return undefined;
  const spId = provider.id;
  if (store.wasSlashed({ spId, objectId })) return undefined;
  const segmentIndex = randomSegment(seed, targets.segmentsOf(object));
  return { objectId, spId, spOperator: provider.operator_address, redundancyIndex, segmentIndex };
}

/** `seed` has 32 bytes or more; `segments` is positive. */
export const randomSegment = (seed: Uint8Array, segments: bigint): number =>
  Number(remainder(seed.subarray(0, HALF), segments));

/** The block's mix XOR 64 bytes that follow from the number of the attempt, which begins with 1. */
function attemptSeed(mix: Uint8Array, attempt: bigint): Buffer {
  const mask = masks.getOrMake(attempt, () =>
    Buffer.concat([keccak256(u64Bytes(MAX_UINT64 - attempt)), keccak256(u64Bytes(attempt))]),
  );
  return Buffer.from(mask.map((byte, i) => byte ^ (mix[i] ?? 0)));
}

/** The same in every block. */
const masks = new BoundedCache<bigint, Buffer>(1024);

const remainder = (bytes: Uint8Array, divisor: bigint): bigint =>
  BigInt(`0x${keccak256(bytes).toString('hex')}`) % divisor;

export function u64Bytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
