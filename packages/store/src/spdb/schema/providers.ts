/** The chain's providers (`reference/block-syncer-and-db.md` §11.3). */
import { bool, decimalText, int, text, uint, varchar } from '../../sql/columns.ts';
import { defineTable } from '../../sql/definition.ts';

export const spInfoTable = defineTable({
  name: 'sp_info',
  columns: {
    operator_address: varchar(191),
    is_own: bool,
    id: uint,
    funding_address: text,
    seal_address: text,
    approval_address: text,
    total_deposit: decimalText,
    status: int,
    endpoint: text,
    moniker: text,
    identity: text,
    website: text,
    security_contact: text,
    details: text,
  },
  primaryKey: ['operator_address', 'is_own'],
});
