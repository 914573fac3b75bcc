/** Job `fix-payment`: whether payment accounts can be refunded, as the chain has it (`reference/block-syncer-and-db.md` §4). */
import type { ChainClient } from '@prairie/chain';
import type { BsDb } from '@prairie/store';

/** Accounts that are asked for at a time. */
const PARALLEL = 8;
const PAGE = 500;
const FIRST = `0x${'0'.repeat(40)}`;

export interface FixedPayments {
  checked: number;
  /** Addresses of those that were not right. */
  fixed: string[];
}

/** @param found whether the chain refunds the account; undefined when it has no such account */
export async function fixPayments(
  db: BsDb,
  found: (address: string) => Promise<boolean | undefined>,
): Promise<FixedPayments> {
  const result: FixedPayments = { checked: 0, fixed: [] };
  for (let after = FIRST; ; ) {
    const page = await db.payments.accountsAfter(after, PAGE);
    for (let i = 0; i < page.length; i += PARALLEL) {
      const accounts = page.slice(i, i + PARALLEL);
      const answers = await Promise.all(accounts.map(({ addr }) => found(addr)));
      for (const [j, { addr, refundable }] of accounts.entries()) {
        const right = answers[j];
        if (right === undefined || right === refundable) continue;
        await db.transaction(async ({ payments }) => {
          await payments.setRefundable(addr, right);
        });
        result.fixed.push(addr);
      }
      result.checked += accounts.length;
    }
    if (page.length < PAGE) return result;
    after = page.at(-1)!.addr;
  }
}

/** Asks a node. */
export function refundableOnChain(chain: ChainClient): (address: string) => Promise<boolean | undefined> {
  return async (address) => {
    const { payment_account } = await chain.q.payment.PaymentAccount({ addr: address });
    return payment_account?.refundable;
  };
}
