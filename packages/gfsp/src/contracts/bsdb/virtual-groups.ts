export interface BsdbFamily {
  readonly global_virtual_group_family_id: number;
  readonly primary_sp_id: number;
  /** Its groups. */
  readonly global_virtual_group_ids: number[];
  readonly virtual_payment_address: string;
}

export interface BsdbGvg {
  readonly global_virtual_group_id: number;
  readonly family_id: number;
  readonly primary_sp_id: number;
  /** In their order: position = redundancy index. */
  readonly secondary_sp_ids: number[];
  readonly stored_size: bigint;
  readonly virtual_payment_address: string;
  readonly total_deposit: bigint;
  readonly removed: boolean;
}

/** Which global group a bucket's local one stands for. */
export interface BsdbLvg {
  readonly local_virtual_group_id: number;
  readonly global_virtual_group_id: number;
  readonly bucket_id: bigint;
}

export interface BsdbVirtualGroups {
  /** undefined for one that is not there, or removed. */
  family(id: number): Promise<BsdbFamily | undefined>;
  /** Not removed, in any order. */
  families(ids: readonly number[]): Promise<BsdbFamily[]>;
  /** Of a primary provider, not removed, by id. */
  familiesOfSp(spId: number): Promise<BsdbFamily[]>;
  /** Removed or not. */
  gvg(id: number): Promise<BsdbGvg | undefined>;
  /** Removed or not, by id. */
  gvgs(ids: readonly number[]): Promise<BsdbGvg[]>;
  /** In which the provider is a secondary, not removed, by id. */
  gvgsOfSecondary(spId: number): Promise<BsdbGvg[]>;
  /** undefined for one that is not there, or removed. */
  liveLvg(bucketId: bigint, id: number): Promise<BsdbLvg | undefined>;
  /** Not removed, by id. */
  lvgsOfBucket(bucketId: bigint): Promise<BsdbLvg[]>;
}

export interface BsdbStorageProvider {
  readonly sp_id: number;
  readonly operator_address: string;
  readonly funding_address: string;
  readonly seal_address: string;
  readonly approval_address: string;
  readonly gc_address: string;
  readonly total_deposit: bigint;
  readonly status: number;
  readonly endpoint: string;
  readonly moniker: string;
  readonly identity: string;
  readonly website: string;
  readonly security_contact: string;
  readonly details: string;
  /** In hex. */
  readonly bls_key: string;
}

export interface BsdbStorageProviders {
  byId(id: number): Promise<BsdbStorageProvider | undefined>;
  /** Of one that has not left. */
  byOperator(operatorAddress: string): Promise<BsdbStorageProvider | undefined>;
}
