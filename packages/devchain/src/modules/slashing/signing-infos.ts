/**
 * What is known of validators as signers. All of them sign every block they have to, so nothing is counted block by
 * block: how many they have signed follows from when they began.
 */
import { cosmosSlashingV1beta1 as slashing, toChecksumAddress } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { bigintCodec } from '../../state/codecs.ts';
import { EPOCH } from '../staking/times.ts';

export type SigningInfo = slashing.ValidatorSigningInfo;

/** From the end of the block in which a validator is bonded to the block that carries its first vote. */
const FIRST_VOTE = 3n;
/** From the end of the block in which it leaves the set to the block that carries its last vote. */
const LAST_VOTE = 2n;
/** Votes of the genesis set are in the second block. */
const FIRST_VOTE_OF_GENESIS = 2n;

export class SigningInfos {
  /** By address of the consensus key; `index_offset` is without the blocks since the validator was bonded last. */
  private readonly table: Table<SigningInfo>;
  /** First block with a vote of each validator that is in the set. */
  private readonly since: Table<bigint>;

  constructor(state: State) {
    this.table = state.table('slashing/signing-infos', slashing.ValidatorSigningInfo);
    this.since = state.table('slashing/signing-since', bigintCodec);
  }

  get({ height }: Pick<Context, 'height'>, consensusAddress: string): SigningInfo | undefined {
    const key = addressKey(consensusAddress);
    const info = this.table.get(key);
    return info && this.counted(key, info, height);
  }

  *list(
    { height }: Pick<Context, 'height'>,
    walk: { from?: string; reverse?: boolean },
  ): IterableIterator<[string, SigningInfo]> {
    for (const [key, info] of this.table.range(walk)) yield [key, this.counted(key, info, height)];
  }

  begin({ height }: Pick<Context, 'height'>, consensusAddress: string): void {
    const key = addressKey(consensusAddress);
    const present = this.table.get(key) ?? newInfo(consensusAddress);
    this.table.set(key, { ...present, start_height: height });
    this.since.set(key, height === 0n ? FIRST_VOTE_OF_GENESIS : height + FIRST_VOTE);
  }

  end({ height }: Pick<Context, 'height'>, consensusAddress: string): void {
    const key = addressKey(consensusAddress);
    const info = this.table.get(key);
    if (info) this.table.set(key, this.counted(key, info, height + LAST_VOTE));
    this.since.delete(key);
  }

  /** Never to be in the set again. */
  tombstone(consensusAddress: string, jailed_until: SigningInfo['jailed_until']): void {
    const key = addressKey(consensusAddress);
    const present = this.table.get(key) ?? newInfo(consensusAddress);
    this.table.set(key, { ...present, jailed_until, tombstoned: true });
  }

  private counted(key: string, info: SigningInfo, height: bigint): SigningInfo {
    const since = this.since.get(key);
    if (since === undefined || since > height) return info;
    return { ...info, index_offset: info.index_offset + height - since + 1n };
  }
}

const newInfo = (consensusAddress: string): SigningInfo => ({
  address: toChecksumAddress(consensusAddress),
  start_height: 0n,
  index_offset: 0n,
  jailed_until: EPOCH,
  tombstoned: false,
  missed_blocks_counter: 0n,
});
