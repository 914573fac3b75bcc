/** Payment accounts and stream records. */
import { address, bigNumber, bool, enumOf, int64, uint64 } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const paymentAccountTable = defineTable({
  name: 'payment_accounts',
  columns: { addr: address, owner: address, refundable: bool, update_at: int64, update_time: int64 },
  indexes: [
    { name: 'idx_addr', columns: ['addr'], unique: true },
    { name: 'idx_owner_addr', columns: ['owner', 'addr'] },
  ],
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
    status: enumOf('greenfield.payment.StreamAccountStatus', 'LONGTEXT'),
    settle_timestamp: int64,
    out_flow_count: uint64,
    frozen_netflow_rate: bigNumber,
  },
  indexes: [{ name: 'idx_account', columns: ['account'], unique: true }],
});
