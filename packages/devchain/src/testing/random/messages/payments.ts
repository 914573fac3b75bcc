/** Random messages about payment accounts and streams (`reference/chain-state-machine.md` §6.5). */
import { greenfieldPayment as payment } from '@prairie/chain';
import { addressKey } from '../../../keys.ts';
import type { Draft, Kind } from '../draft.ts';
import type { World } from '../world.ts';
import { claim, draft } from './common.ts';

export const paymentKinds: readonly Kind[] = [
  { name: 'CreatePaymentAccount', weight: 1.5, make: createAccount },
  { name: 'Deposit to a payment account', weight: 3, make: depositToAccount },
  { name: 'Deposit to a frozen account', weight: 3, make: depositToFrozen },
  { name: 'Deposit to an own stream', weight: 2, make: depositToSelf },
  { name: 'Withdraw', weight: 2, make: withdraw },
  { name: 'Withdraw from a payment account', weight: 1.5, make: withdrawFromAccount },
  { name: 'Withdraw, claim', weight: 2, make: claimWithdrawal },
  { name: 'DisableRefund', weight: 0.2, make: disableRefund },
];

/** Up to 1000 BNB; some of it lasts for seconds of what is stored here. */
const amount = (world: World): bigint => (1n << 40n) + world.rng.magnitude(70);

function createAccount(world: World): Draft | undefined {
  const creator = world.user();
  const count = world.keepers.payment.accountCounts.get(addressKey(creator.address))?.count ?? 0n;
  if (count >= world.keepers.payment.params().payment_account_count_limit) return undefined;
  const changes = [`payment accounts of ${creator.address}`];
  return draft(creator, payment.MsgCreatePaymentAccount, { creator: creator.address }, { changes });
}

function deposit(world: World, to: string, sum: bigint): Draft | undefined {
  if (world.keepers.payment.streams.isResuming(to)) return undefined;
  const creator = world.richUser();
  const message = { creator: creator.address, to, amount: sum };
  // two at once could find it resuming after the first; one that is overdue owes more than it gets
  return draft(creator, payment.MsgDeposit, message, { changes: [claim.stream(to)], payers: [to] });
}

function depositToAccount(world: World): Draft | undefined {
  const account = world.known.paymentAccounts.pick();
  return account && deposit(world, account.addr, amount(world));
}

/** What it takes to flow again, or a little less. */
function depositToFrozen(world: World): Draft | undefined {
  const frozen = world.frozenAccounts();
  const record = world.rng.pick(frozen);
  if (!record) return undefined;
  const rate = -(record.netflow_rate + record.frozen_netflow_rate);
  const needed = rate * world.keepers.payment.params().versioned_params.reserve_time;
  return deposit(world, record.account, world.rng.chance(0.8) ? 2n * needed + 1n : needed / 3n + 1n);
}

function depositToSelf(world: World): Draft | undefined {
  const user = world.richUser();
  return deposit(world, user.address, amount(world));
}

/** From what is in the stream and not reserved. */
function withdrawal(world: World, creator: string, from: string): Draft | undefined {
  const available = world.streamBalance(from);
  if (available <= 0n || world.isFrozen(from)) return undefined;
  const sum = world.rng.chance(0.3) ? available : 1n + available / BigInt(world.rng.between(2, 50));
  const { withdraw_time_lock_threshold: threshold } = world.keepers.payment.params();
  const waits = world.keepers.payment.delayedWithdrawals.get(addressKey(creator)) !== undefined;
  if (sum >= threshold && waits) return undefined;
  const message = { creator, from, amount: sum };
  const changes = [claim.stream(from), `withdrawal of ${creator}`];
  return draft(world.key(creator)!, payment.MsgWithdraw, message, { changes, payers: [from], paysOut: true });
}

function withdraw(world: World): Draft | undefined {
  const { address } = world.user();
  return withdrawal(world, address, address);
}

function withdrawFromAccount(world: World): Draft | undefined {
  const account = world.known.paymentAccounts.pick(({ refundable }) => refundable);
  return account && withdrawal(world, account.owner, account.addr);
}

function claimWithdrawal(world: World): Draft | undefined {
  const due = [...world.keepers.payment.delayedWithdrawals.range()]
    .map(([, delayed]) => delayed)
    .filter(({ unlock_timestamp }) => unlock_timestamp < world.now);
  const delayed = world.rng.pick(due);
  if (!delayed) return undefined;
  const creator = delayed.addr;
  const message = { creator, from: '', amount: delayed.amount };
  return draft(world.key(creator)!, payment.MsgWithdraw, message, {
    changes: [`withdrawal of ${creator}`],
    paysOut: true,
  });
}

function disableRefund(world: World): Draft | undefined {
  const account = world.known.paymentAccounts.pick(({ refundable }) => refundable);
  if (!account) return undefined;
  const { owner, addr } = account;
  const changes = [claim.stream(addr), claim.paymentAccount(addr)];
  return draft(world.key(owner)!, payment.MsgDisableRefund, { owner, addr }, { changes });
}
