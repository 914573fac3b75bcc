import {
  addressOf,
  blsFastAggregateVerify,
  blsPublicKey,
  sealDocDigest,
  greenfieldSp as sp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { BucketOnChain, Consensus, CreateGlobalVirtualGroup, ObjectOnChain } from '@prairie/gfsp';
import { integrityHash } from '@prairie/redundancy';

export const CHAIN_ID = 'greenfield_9000-121';
export const { ObjectStatus } = storage;

/** A provider's keys, made from its number. */
export interface TestKeys {
  operator: Buffer;
  bls: Buffer;
}

export const keysOf = (id: number): TestKeys => ({
  operator: Buffer.alloc(32, id),
  bls: Buffer.concat([Buffer.alloc(31, 1), Buffer.of(id)]),
});

export const operatorOf = (id: number): string => addressOf(keysOf(id).operator);

export interface TestChainOptions {
  providers?: number;
  segmentSize?: bigint;
}

/** The part of the chain that providers ask, with its rules for seals and groups, in memory. */
export class TestChain implements Consensus {
  readonly chainId = CHAIN_ID;
  readonly params: storage.Params;
  readonly groupParams = virtualgroup.Params.create({ deposit_denom: 'BNB', gvg_staking_per_bytes: 16000n });
  readonly providers: sp.StorageProvider[];
  readonly families = new Map<number, virtualgroup.GlobalVirtualGroup[]>();
  readonly objects = new Map<bigint, ObjectOnChain>();
  /** Updates under way, by object. */
  readonly shadows = new Map<bigint, storage.ShadowObjectInfo>();
  readonly buckets = new Map<string, BucketOnChain>();
  readonly denied = new Set<string>();
  /** Queries by name, for tests that count. */
  readonly asked: string[] = [];
  /** Makes queries fail. */
  offline = false;
  #nextGroup = 1;

  constructor(options: TestChainOptions = {}) {
    this.params = storage.Params.create({
      versioned_params: {
        max_segment_size: options.segmentSize ?? 1024n,
        redundant_data_chunk_num: 4,
        redundant_parity_chunk_num: 2,
      },
      max_payload_size: 1n << 36n,
    });
    this.providers = Array.from({ length: options.providers ?? 7 }, (_, index) =>
      sp.StorageProvider.create({
        id: index + 1,
        operator_address: operatorOf(index + 1),
        endpoint: `http://sp${index + 1}.test`,
        bls_key: blsPublicKey(keysOf(index + 1).bls),
      }),
    );
  }

  addBucket(name: string, familyId: number): storage.BucketInfo {
    const bucket_info = storage.BucketInfo.create({
      bucket_name: name,
      id: BigInt(this.buckets.size + 1),
      global_virtual_group_family_id: familyId,
      payment_address: operatorOf(1),
    });
    this.buckets.set(name, { bucket_info, is_rate_limited: false });
    return bucket_info;
  }

  addObject(fields: Parameters<typeof storage.ObjectInfo.create>[0]): storage.ObjectInfo {
    const id = BigInt(this.objects.size + 1);
    const object_info = storage.ObjectInfo.create({ id, bucket_name: 'bucket', object_name: `o${id}`, ...fields });
    this.objects.set(object_info.id, { object_info, global_virtual_group: undefined });
    return object_info;
  }

  createGroup(msg: CreateGlobalVirtualGroup): void {
    const self = this.providers.find(({ operator_address }) => operator_address === msg.primary_sp_address);
    const family = msg.virtual_group_family_id || this.families.size + 1;
    const groups = this.families.get(family) ?? [];
    const sameList = groups.some(({ secondary_sp_ids }) => String(secondary_sp_ids) === String(msg.secondary_sp_ids));
    if (!self || sameList) throw new Error('the chain refuses the group');
    const gvg = virtualgroup.GlobalVirtualGroup.create({
      id: this.#nextGroup++,
      family_id: family,
      primary_sp_id: self.id,
      secondary_sp_ids: msg.secondary_sp_ids,
      total_deposit: msg.deposit?.amount ?? 0n,
    });
    this.families.set(family, [...groups, gvg]);
  }

  deposit({ global_virtual_group_id, deposit: { amount } }: virtualgroup.MsgDeposit): void {
    const { total_deposit } = this.#group(global_virtual_group_id)!;
    this.changeGroup(global_virtual_group_id, { total_deposit: total_deposit + amount });
  }

  /** As if others had done it. */
  changeGroup(id: number, fields: Partial<virtualgroup.GlobalVirtualGroup>): void {
    for (const [family, groups] of this.families) {
      const changed = groups.map((gvg) => (gvg.id === id ? { ...gvg, ...fields } : gvg));
      this.families.set(family, changed);
    }
  }

  #group(id: number): virtualgroup.GlobalVirtualGroup | undefined {
    return [...this.families.values()].flat().find((gvg) => gvg.id === id);
  }

  /** A sealed object's next content, as far as it is announced. */
  beginUpdate(id: bigint, content: Partial<storage.ShadowObjectInfo>): void {
    const found = this.objects.get(id)!;
    const { version } = found.object_info;
    const shadow = storage.ShadowObjectInfo.create({ id, version: version + 1n, ...content });
    this.shadows.set(id, shadow);
    this.objects.set(id, { ...found, object_info: { ...found.object_info, is_updating: true } });
  }

  cancelUpdate(id: bigint): void {
    const found = this.objects.get(id)!;
    this.shadows.delete(id);
    this.objects.set(id, { ...found, object_info: { ...found.object_info, is_updating: false } });
  }

  /** As the chain does: all secondaries' keys over the seal document. Checksums are given for a delegated object. */
  seal(msg: storage.MsgSealObject & Partial<storage.MsgSealObjectV2>): void {
    const found = [...this.objects.values()].find(({ object_info }) => object_info.object_name === msg.object_name);
    const gvg = this.#group(msg.global_virtual_group_id);
    if (!found || !gvg) throw new Error('No such object');
    const { object_info } = found;
    const shadow = this.shadows.get(object_info.id);
    const isCreated = object_info.object_status === ObjectStatus.OBJECT_STATUS_CREATED;
    if (!isCreated && !shadow) throw new Error('object is already sealed');
    const { payload_size, version, updated_at, checksums: known } = shadow ?? object_info;
    const checksums = known.length > 0 ? known : (msg.expect_checksums ?? []);
    const keys = gvg.secondary_sp_ids.map((id) => this.providers[id - 1]!.bls_key);
    const digest = sealDocDigest({
      chainId: CHAIN_ID,
      globalVirtualGroupId: gvg.id,
      objectId: object_info.id,
      checksum: integrityHash(checksums),
    });
    if (!blsFastAggregateVerify(keys, digest, msg.secondary_sp_bls_agg_signatures)) throw new Error('BLS signature');
    const stored_size = gvg.stored_size + payload_size;
    if (stored_size * this.groupParams.gvg_staking_per_bytes > gvg.total_deposit) throw new Error('1123');
    this.changeGroup(gvg.id, { stored_size });
    const content = { payload_size, version, updated_at, checksums, is_updating: false };
    const sealed = { ...object_info, ...content, object_status: ObjectStatus.OBJECT_STATUS_SEALED };
    this.shadows.delete(object_info.id);
    this.objects.set(object_info.id, { object_info: sealed, global_virtual_group: gvg });
  }

  reject(msg: storage.MsgRejectSealObject): void {
    for (const [id, { object_info }] of this.objects) {
      if (object_info.object_name === msg.object_name) this.objects.delete(id);
    }
  }

  isSealed(id: bigint): boolean {
    return this.objects.get(id)?.object_info.object_status === ObjectStatus.OBJECT_STATUS_SEALED;
  }

  #ask<T>(name: string, value: T): Promise<T> {
    this.asked.push(name);
    return this.offline ? Promise.reject(new Error('the node does not answer')) : Promise.resolve(value);
  }

  currentHeight = () => this.#ask('currentHeight', 1n);
  waitForHeight = (height: bigint) => this.#ask('waitForHeight', height);
  shadowObject = (_bucket: string, name: string) => {
    const found = [...this.objects.values()].find(({ object_info }) => object_info.object_name === name);
    return this.#ask('shadowObject', found && this.shadows.get(found.object_info.id));
  };
  listSps = () => this.#ask('listSps', this.providers);
  spByOperator = (operator: string) =>
    this.#ask(
      'spByOperator',
      this.providers.find((one) => one.operator_address === operator),
    );
  spById = (id: number) => this.#ask('spById', this.providers[id - 1]);
  accountExists = () => this.#ask('accountExists', true);
  bondedChallengers = () => this.#ask('bondedChallengers', []);
  spPrice = () => this.#ask('spPrice', sp.SpStoragePrice.create({ free_read_quota: 1000n }));
  storageParams = () => this.#ask('storageParams', this.params);
  virtualGroupParams = () => this.#ask('virtualGroupParams', this.groupParams);
  bucket = (name: string) => this.#ask('bucket', this.buckets.get(name));
  bucketById = (id: bigint) =>
    this.#ask(
      'bucketById',
      [...this.buckets.values()].find(({ bucket_info }) => bucket_info.id === id),
    );
  object = () => this.#ask('object', undefined);
  objectById = (id: bigint) => this.#ask('objectById', this.objects.get(id));
  family = () => this.#ask('family', undefined);
  familiesOfSp = (spId: number) => {
    const own = [...this.families].filter(([, groups]) => groups[0]?.primary_sp_id === spId);
    const families = own.map(([id]) => virtualgroup.GlobalVirtualGroupFamily.create({ id, primary_sp_id: spId }));
    return this.#ask('familiesOfSp', families);
  };
  gvg = (id: number) => this.#ask('gvg', this.#group(id));
  gvgsOfFamily = (id: number) => this.#ask('gvgsOfFamily', this.families.get(id) ?? []);
  swapInInfo: Consensus['swapInInfo'] = () => this.#ask('swapInInfo', undefined);
  streamRecord = () => this.#ask('streamRecord', undefined);
  verifyPermission = () => this.#ask('verifyPermission', true);
}
