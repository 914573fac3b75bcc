/**
 * A chain whose blocks have the times they are told, its keys, and what is known to exist on it.
 *
 * Random messages are chosen by what the chain's tables hold after the last block; the rules by which a message is
 * held to be valid are written down again with each kind of message, from the reference.
 */
import {
  type AnyMessage,
  type greenfieldPayment,
  greenfieldPermission,
  sameAddress,
  greenfieldSp as sp,
  type greenfieldStorage as storage,
  toChecksumAddress,
  type greenfieldVirtualgroup as vg,
} from '@prairie/chain';
import type { BlockRecord } from '../../chain/block-types.ts';
import type { BlockTime } from '../../chain/clock.ts';
import { projectedBalance } from '../../modules/payment/engine.ts';
import type { TestKey } from '../network.ts';
import { Known } from './observe.ts';
import { Rng } from './rng.ts';
import {
  allKeys,
  BlsKeys,
  GENESIS_SECONDS,
  type OpenedWorld,
  openRandomChain,
  POOR_USERS,
  RICH_USERS,
  SPARE_KEYS,
} from './setup.ts';

/** Keys of one who wants to become a provider, or a validator. */
export type Candidate = Record<'operator' | 'payer' | 'first' | 'second' | 'third', TestKey>;
type Office = 'provider' | 'validator';

export type Provider = sp.StorageProvider;
export type Bucket = storage.BucketInfo;
export type StoredObject = storage.ObjectInfo;
export type Gvg = vg.GlobalVirtualGroup;
export type Family = vg.GlobalVirtualGroupFamily;

/** Nothing that is stored here empties such an account, wei. */
const PLENTY = 10n ** 25n;
const CANDIDATE_KEYS = 5;

const { STATUS_IN_SERVICE, STATUS_IN_MAINTENANCE, STATUS_GRACEFUL_EXITING, STATUS_FORCED_EXITING } = sp.Status;
const { EFFECT_ALLOW } = greenfieldPermission.Effect;

export class World {
  readonly rng: Rng;
  readonly opened: OpenedWorld;
  readonly bls = new BlsKeys();
  readonly users: readonly TestKey[] = [...RICH_USERS, ...POOR_USERS];
  readonly known: Known;
  /** Of the block that is being filled. */
  time: BlockTime = { seconds: GENESIS_SECONDS, nanos: 0 };
  private readonly keys = allKeys();
  private readonly spares = [...SPARE_KEYS];
  private readonly candidates: Record<Office, Candidate[]> = { provider: [], validator: [] };
  private names = 0;

  constructor(seed: number, opened: OpenedWorld = openRandomChain()) {
    this.rng = new Rng(seed);
    this.opened = opened;
    this.known = new Known(this.rng, this.keepers);
  }

  get chain(): OpenedWorld['chain'] {
    return this.opened.chain;
  }

  get keepers(): OpenedWorld['keepers'] {
    return this.opened.keepers;
  }

  get chainId(): string {
    return this.chain.chainId;
  }

  /** Unix seconds of the block that is being filled. */
  get now(): bigint {
    return this.time.seconds;
  }

  /** Of the block that is being filled. */
  get height(): bigint {
    return BigInt(this.chain.height + 1);
  }

  /** Makes the block that was filled; the next one is `seconds` later, or a moment when they are 0. */
  produceBlock(seconds: bigint): BlockRecord {
    const record = this.chain.produceBlock(this.time);
    this.known.observe(record);
    const soon = this.time.nanos + this.rng.between(1, 100) * 1_000_000;
    this.time =
      seconds === 0n && soon < 1e9
        ? { seconds: this.time.seconds, nanos: soon }
        : { seconds: this.time.seconds + (seconds || 1n), nanos: this.rng.below(500) * 1_000_000 };
    return record;
  }

  /** A name that was not used before. */
  name(prefix: string): string {
    return `${prefix}${++this.names}`;
  }

  /** Who signs for an address; undefined for module accounts and payment accounts. */
  key(address: string): TestKey | undefined {
    return this.keys.get(toChecksumAddress(address));
  }

  /** The key of an account that has coins and no role; undefined when all are in use. */
  unusedKey(): TestKey | undefined {
    return this.spares.pop();
  }

  /** Undefined when there are no more keys for one. */
  newCandidate(office: Office): Candidate | undefined {
    const [operator, payer, first, second, third] = this.spares.splice(-CANDIDATE_KEYS);
    if (!operator || !payer || !first || !second || !third) return undefined;
    const candidate = { operator, payer, first, second, third };
    this.candidates[office].push(candidate);
    return candidate;
  }

  /** One that is ready, and is none any more. */
  takeCandidate(office: Office, isReady: (candidate: Candidate) => boolean): Candidate | undefined {
    const ready = this.candidates[office].find(isReady);
    this.candidates[office] = this.candidates[office].filter((candidate) => candidate !== ready);
    return ready;
  }

  user(): TestKey {
    return this.rng.one(this.users);
  }

  richUser(): TestKey {
    return this.rng.one(RICH_USERS);
  }

  /** A user other than `address`. */
  stranger(address: string): TestKey {
    return this.rng.one(this.users.filter((user) => !sameAddress(user.address, address)));
  }

  provider(id: number): Provider | undefined {
    return this.keepers.sp.byId(id);
  }

  /** A random one. */
  providerWith(accept: (provider: Provider) => boolean): Provider | undefined {
    return this.rng.pick(this.keepers.sp.all().filter(accept));
  }

  familyWith(accept: (family: Family) => boolean): Family | undefined {
    const families = [...this.keepers.virtualGroup.groups.families.range()].map(([, family]) => family);
    return this.rng.pick(families.filter(accept));
  }

  gvgs(): Gvg[] {
    const { virtualGroup } = this.keepers;
    return [...virtualGroup.groups.families.range()].flatMap(([, { id }]) => virtualGroup.gvgsOfFamily(id));
  }

  /** Providers that hold a piece of an object, besides the primary. */
  get secondaries(): number {
    const { versioned_params } = this.keepers.storage.parameters.get();
    return versioned_params.redundant_data_chunk_num + versioned_params.redundant_parity_chunk_num;
  }

  primaryOf(bucket: Pick<Bucket, 'global_virtual_group_family_id'>): Provider | undefined {
    const family = this.keepers.virtualGroup.family(bucket.global_virtual_group_family_id);
    return family && this.provider(family.primary_sp_id);
  }

  isRich(address: string): boolean {
    return this.keepers.bank.balance(address) > PLENTY;
  }

  isFrozen(address: string): boolean {
    return this.keepers.payment.isFrozen(address);
  }

  frozenAccounts(): greenfieldPayment.StreamRecord[] {
    return [...this.keepers.payment.streams.records.range()]
      .map(([, record]) => record)
      .filter(({ account }) => this.isFrozen(account));
  }

  /** What the account's stream holds at the time of the next block, wei. */
  streamBalance(address: string): bigint {
    const record = this.keepers.payment.stream(address);
    return record ? projectedBalance(record, this.now) : 0n;
  }

  bucketOf(object: StoredObject): Bucket | undefined {
    return this.keepers.storage.store.findBucket(object.bucket_name);
  }

  /** Whether an object is what its name leads to: a copy may have taken the name over. */
  isNamed(object: StoredObject): boolean {
    const bucket = this.bucketOf(object);
    return bucket !== undefined && this.keepers.storage.store.findObject(bucket, object.object_name)?.id === object.id;
  }

  /** The chain's own answer to a query, by its full path. @throws ChainError | StatusError */
  ask(path: string, request: AnyMessage): AnyMessage {
    return this.chain.queries.call(path, request, 0).response;
  }

  /** Whether `operator` may do `action`, as the chain has it. */
  may(operator: string, action: number, bucket_name: string, object_name = ''): boolean {
    const request = { operator, bucket_name, object_name, action_type: action };
    return this.ask('/greenfield.storage.Query/VerifyPermission', request).effect === EFFECT_ALLOW;
  }
}

export const isServing = ({ status }: Provider): boolean => status === STATUS_IN_SERVICE;
export const isWorking = ({ status }: Provider): boolean =>
  status === STATUS_IN_SERVICE || status === STATUS_IN_MAINTENANCE;
export const isExiting = ({ status }: Provider): boolean =>
  status === STATUS_GRACEFUL_EXITING || status === STATUS_FORCED_EXITING;
