/** Payment accounts and stream records. */
import { address, bigNumber, bool, enumOf, int64, uint64 } from '../../sqlite/columns.ts';
import { defineTable } from '../../sqlite/table.ts';

export const paymentAccountTable = defineTable({
  name: 'payment_accounts',
  columns: { addr: address, owner: address, refundable: bool, update_at: int64, update_time: int64 },
  unique: [['addr']],
  indexes: ['owner, addr'],
});

export const streamRecordTable = defineTable({
  name: 'stream_records',
  columns: {
    account: address,
    crud_timestamp: int64,
    netflow_rate: bigNumber,
    static_balance: bigNumber,
    buffer_balance: bigNumber,
    lock_balance: bigNumber,
    status: enumOf('greenfield.payment.StreamAccountStatus'),
    settle_timestamp: int64,
    out_flow_count: uint64,
    frozen_netflow_rate: bigNumber,
  },
  unique: [['account']],
});
