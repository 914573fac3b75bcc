/** A small network for tests: seven providers with BLS keys, a family with one group, and users who can pay. */
import {
  addressOf,
  blsAggregate,
  blsPublicKey,
  blsSign,
  decode,
  encode,
  greenfieldPayment,
  greenfieldPermission,
  greenfieldSp,
  sealChecksum,
  sealDocDigest,
  sha256,
  greenfieldStorage as storage,
  toChecksumAddress,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { auditPayment } from '../../payment/index.ts';
import { auditVirtualGroups } from '../../virtualgroup/index.ts';
import { auditStorage } from '../audit.ts';
import { TestChain } from '../testing.ts';

const PROVIDERS = 7;
/** Far more than any test stores. */
const DEPOSIT = 10n ** 24n;

/** An address that is the same in every run. */
export const address = (name: string): string => toChecksumAddress(sha256(Buffer.from(name)).subarray(12));

const blsSecret = (id: number): Buffer => {
  const secret = sha256(Buffer.from(`bls ${id}`));
  secret[0] = 0; // below the order of the curve
  return secret;
};

/** Signs what provider `id` approves. */
export const approvalKey = (id: number): Buffer => sha256(Buffer.from(`sp${id} approval`));

/** The addresses of provider `id`. */
export const providerAddress = (id: number, role: 'operator' | 'seal' | 'gc' | 'maintenance' | 'funding'): string =>
  address(`sp${id} ${role}`);

export const alice = address('alice');
export const bob = address('bob');
export const carol = address('carol');

/** In wei: 1.55 million to BSC, a tenth of it to opBNB. */
const mirrorFees = Object.fromEntries(
  ['bucket', 'object', 'group'].flatMap((kind) => [
    [`bsc_mirror_${kind}_relayer_fee`, '1300000'],
    [`bsc_mirror_${kind}_ack_relayer_fee`, '250000'],
    [`op_mirror_${kind}_relayer_fee`, '130000'],
    [`op_mirror_${kind}_ack_relayer_fee`, '25000'],
  ]),
);

const params = {
  versioned_params: {
    max_segment_size: '16777216',
    redundant_data_chunk_num: 4,
    redundant_parity_chunk_num: 2,
    min_charge_size: '1048576',
  },
  max_payload_size: '68719476736',
  discontinue_counting_window: '10',
  discontinue_object_max: '3',
  discontinue_bucket_max: '2',
  discontinue_confirm_period: '5',
  discontinue_deletion_max: '2',
  stale_policy_cleanup_max: '200',
  min_quota_update_interval: '2592000',
  max_local_virtual_group_num_per_bucket: 10,
  ...mirrorFees,
};

const paymentParams = {
  versioned_params: { reserve_time: '60', validator_tax_rate: '0.010000000000000000' },
  payment_account_count_limit: '200',
  forced_settle_time: '30',
  max_auto_settle_flow_count: '100',
  max_auto_resume_flow_count: '100',
  fee_denom: 'BNB',
  withdraw_time_lock_threshold: '100000000000000000000',
  withdraw_time_lock_duration: '86400',
};

const permissionParams = {
  maximum_statements_num: '10',
  maximum_group_num: '2',
  maximum_remove_expired_policies_iteration: '100',
};

const groupParams = {
  deposit_denom: 'BNB',
  gvg_staking_per_bytes: '16000',
  max_local_virtual_group_num_per_bucket: 10,
  max_global_virtual_group_num_per_family: 30,
  max_store_size_per_family: '70368744177664',
  swap_in_validity_period: '604800',
  sp_concurrent_exit_num: '1',
};

function provider(id: number): greenfieldSp.StorageProvider {
  return greenfieldSp.StorageProvider.create({
    id,
    operator_address: providerAddress(id, 'operator'),
    funding_address: providerAddress(id, 'funding'),
    seal_address: providerAddress(id, 'seal'),
    approval_address: addressOf(approvalKey(id)),
    gc_address: providerAddress(id, 'gc'),
    maintenance_address: providerAddress(id, 'maintenance'),
    status: greenfieldSp.Status.STATUS_IN_SERVICE,
    bls_key: blsPublicKey(blsSecret(id)),
  });
}

/** Seven different checksums. */
export const checksumsOf = (name: string): Buffer[] =>
  Array.from({ length: 7 }, (_, i) => sha256(Buffer.from(`${name} ${i}`)));

/** Types of events without the package, in order: `storage.EventSealObject`. */
export const typesOf = (events: readonly { type: string }[]): string[] =>
  events.map(({ type }) => type.replace('greenfield.', ''));

/** Those of storage and virtual groups, and one `stream` for every run of stream updates. */
export function outline(events: readonly { type: string }[]): string[] {
  const kept = typesOf(events).filter((type) => /^(storage|virtualgroup|permission)\.|StreamRecordUpdate$/.test(type));
  const short = kept.map((type) => (type.endsWith('StreamRecordUpdate') ? 'stream' : type.replace(/^.*Event/, '')));
  return short.filter((type, i) => type !== 'stream' || short[i - 1] !== 'stream');
}

export class Scenario extends TestChain {
  constructor(options?: ConstructorParameters<typeof TestChain>[0]) {
    super(options);
    const genesis = {
      storage: { params },
      payment: { params: paymentParams },
      permission: { params: permissionParams },
      virtualgroup: { params: groupParams },
    };
    this.initGenesis(genesis);
    for (let id = 1; id <= PROVIDERS; id++) this.addProvider(provider(id));
    for (const user of [alice, bob, carol]) this.fund(user);
    this.nextBlock();
    this.addGroup();
  }

  /** One more group of a provider, in a family or a new one. Returns its id. */
  addGroup(familyId = 0, secondaries = [2, 3, 4, 5, 6, 7], primary = 1): number {
    const { events } = this.run(virtualgroup.MsgCreateGlobalVirtualGroup, {
      storage_provider: providerAddress(primary, 'operator'),
      family_id: familyId,
      secondary_sp_ids: secondaries,
      deposit: { denom: 'BNB', amount: DEPOSIT },
    });
    const created = events.find(({ type }) => type === virtualgroup.EventCreateGlobalVirtualGroup.name)!;
    return Number(created.attributes.find(({ key }) => key === 'id')!.value);
  }

  createBucket(name: string, fields: Partial<storage.MsgCreateBucket> = {}): bigint {
    const { response } = this.run(storage.MsgCreateBucket, {
      creator: alice,
      bucket_name: name,
      visibility: storage.VisibilityType.VISIBILITY_TYPE_PRIVATE,
      primary_sp_address: providerAddress(1, 'operator'),
      primary_sp_approval: { global_virtual_group_family_id: 1 },
      ...fields,
    });
    return response.bucket_id;
  }

  createObject(bucket: string, name: string, fields: Partial<storage.MsgCreateObject> = {}): bigint {
    const { response } = this.run(storage.MsgCreateObject, {
      creator: alice,
      bucket_name: bucket,
      object_name: name,
      payload_size: 100n,
      visibility: storage.VisibilityType.VISIBILITY_TYPE_INHERIT,
      primary_sp_approval: {},
      expect_checksums: checksumsOf(name),
      ...fields,
    });
    return response.object_id;
  }

  /** What all secondaries of the group sign for an object. */
  sealSignature(objectId: bigint, checksums: Uint8Array[], gvgId = 1, signers?: number[]): Uint8Array {
    const checksum = sealChecksum(checksums);
    const { chainId } = this.context();
    const digest = sealDocDigest({ chainId, globalVirtualGroupId: gvgId, objectId, checksum });
    return this.aggregate(signers ?? this.virtualGroup.gvg(gvgId)!.secondary_sp_ids, digest);
  }

  /** What these providers sign together. */
  aggregate(ids: readonly number[], digest: Uint8Array): Uint8Array {
    return blsAggregate(ids.map((id) => blsSign(blsSecret(id), digest)));
  }

  /** What is wrong with the books; providers of a scenario have paid no deposit. */
  audit(): string[] {
    return [
      ...auditPayment(this.payment, this.time.seconds),
      ...auditVirtualGroups(this.virtualGroup),
      ...auditStorage(this),
    ];
  }

  seal(bucket: string, name: string, checksums = checksumsOf(name), gvgId = 1): ReturnType<TestChain['run']> {
    const object = this.object(bucket, name)!;
    return this.run(storage.MsgSealObject, {
      operator: providerAddress(1, 'seal'),
      bucket_name: bucket,
      object_name: name,
      global_virtual_group_id: gvgId,
      secondary_sp_bls_agg_signatures: this.sealSignature(object.id, checksums, gvgId),
    });
  }

  bucket(name: string): storage.BucketInfo | undefined {
    return this.storage.store.findBucket(name);
  }

  object(bucket: string, name: string): storage.ObjectInfo | undefined {
    const found = this.bucket(bucket);
    return found && this.storage.store.findObject(found, name);
  }

  stream(account: string): greenfieldPayment.StreamRecord {
    return this.payment.stream(account) ?? greenfieldPayment.StreamRecord.create({ account });
  }

  /** Whether `operator` may do `action`, as a query. */
  may(operator: string, action: number, bucket_name: string, object_name = ''): boolean {
    const request = { operator, bucket_name, object_name, action_type: action };
    const bytes = encode(storage.QueryVerifyPermissionRequest, request);
    const answer = this.query('/greenfield.storage.Query/VerifyPermission', bytes);
    const { effect } = decode(storage.QueryVerifyPermissionResponse, answer);
    return effect === greenfieldPermission.Effect.EFFECT_ALLOW;
  }
}
