import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixPayments } from './fix-payment.ts';
import { inMemory, OWNER } from './testing/index.ts';

const addressOf = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;

test('what is not as the chain has it is put right, and nothing else', async () => {
  const db = await inMemory();
  const refundable = (number: number) => number % 3 === 0;
  await db.transaction(async ({ payments }) => {
    for (let number = 1; number <= 1200; number++) {
      const right = refundable(number) !== (number % 100 === 0);
      await payments.putAccount({
        addr: addressOf(number),
        owner: OWNER,
        refundable: right,
        update_at: 7n,
        update_time: 9n,
      });
    }
  });
  const asked: string[] = [];
  const onChain = async (address: string) => {
    asked.push(address.toLowerCase());
    const number = Number(address);
    // one that the chain does not know is left as it is
    return number === 100 ? undefined : refundable(number);
  };
  const { checked, fixed } = await fixPayments(db, onChain);
  assert.equal(checked, 1200);
  assert.equal(new Set(asked).size, 1200);
  assert.deepEqual(fixed.map(Number), [200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200]);
  assert.deepEqual(await fixPayments(db, onChain), { checked: 1200, fixed: [] });
  const rows = await db.payments.accountsAfter(addressOf(199), 1);
  assert.deepEqual([rows[0]?.refundable, rows[0]?.update_at], [refundable(200), 7n]);
});
