/** Signed transactions that create objects. */
import { feeOf, sha256, signTx, greenfieldStorage as storage, txMessage } from '@prairie/chain';
import { testKey } from '@prairie/devchain/testing';

const CHECKSUMS = 7;
/** Enough for a message, with room. */
const GAS_PER_MESSAGE = 3000n;

export interface ObjectTxs {
  chainId: string;
  /** Of `alice`. */
  account: { account_number: bigint; sequence: bigint };
  /** Number of the first object. */
  first: number;
  /** How many objects. */
  count: number;
  perTx: number;
}

/** In the order in which they have to be sent. */
export function createObjectTxs({ chainId, account, first, count, perTx }: ObjectTxs): Buffer[] {
  const { privateKey } = testKey('alice');
  const txs: Buffer[] = [];
  for (let from = first; from < first + count; from += perTx) {
    const size = Math.min(perTx, first + count - from);
    const { bytes } = signTx({
      messages: Array.from({ length: size }, (_, i) => creation(from + i)),
      ...{ privateKey, chainId, accountNumber: account.account_number },
      sequence: account.sequence + BigInt(txs.length),
      fee: feeOf(GAS_PER_MESSAGE * BigInt(size)),
    });
    txs.push(bytes);
  }
  return txs;
}

const creation = (number: number) =>
  txMessage(storage.MsgCreateObject, {
    creator: testKey('alice').address,
    bucket_name: 'bench',
    object_name: `folder/${String(number).padStart(7, '0')}`,
    payload_size: 65_536n,
    visibility: storage.VisibilityType.VISIBILITY_TYPE_INHERIT,
    content_type: 'application/octet-stream',
    primary_sp_approval: {},
    expect_checksums: Array.from({ length: CHECKSUMS }, (_, i) => sha256(Buffer.from(`${number}/${i}`))),
    redundancy_type: storage.RedundancyType.REDUNDANCY_EC_TYPE,
  });
