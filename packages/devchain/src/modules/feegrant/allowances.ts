/** Kinds of fee allowance and how spending reduces them (`reference/chain-state-machine.md` §3). */
import { decode, encode, cosmosFeegrantV1beta1 as feegrant, type googleProtobuf } from '@prairie/chain';
import { ChainError } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';

type Any = googleProtobuf.Any;
type Timestamp = googleProtobuf.Timestamp;

export const feegrantErrors = {
  limitExceeded: (what: string) => new ChainError('feegrant', 2, `${what}: fee limit exceeded`),
  expired: (what: string) => new ChainError('feegrant', 3, `${what}: fee allowance expired`),
  noMessages: () => new ChainError('feegrant', 6, 'allowed messages are empty'),
  messageNotAllowed: () =>
    new ChainError('feegrant', 7, 'message does not exist in allowed messages: message not allowed'),
};

export interface Spending {
  now: Timestamp;
  amount: bigint;
  messageUrls: readonly string[];
}

/** What is left of an allowance; undefined when it is used up. @throws ChainError when it does not cover the fee */
export function spend(allowance: Any, spending: Spending): Any | undefined {
  switch (allowance.type_url) {
    case feegrant.BasicAllowance.typeUrl:
      return packed(feegrant.BasicAllowance, spendBasic(decode(feegrant.BasicAllowance, allowance.value), spending));
    case feegrant.PeriodicAllowance.typeUrl: {
      const left = spendPeriodic(decode(feegrant.PeriodicAllowance, allowance.value), spending);
      return packed(feegrant.PeriodicAllowance, left);
    }
    case feegrant.AllowedMsgAllowance.typeUrl:
      return spendAllowedMessages(decode(feegrant.AllowedMsgAllowance, allowance.value), spending);
    default:
      throw unknownKind(allowance);
  }
}

const unknownKind = ({ type_url }: Any) =>
  sdkErrors.invalidType(`fee allowance ${type_url}: Basic-, Periodic- or AllowedMsgAllowance expected`);

function packed<T>(type: { typeUrl: string } & Parameters<typeof encode<T>>[0], value: T | undefined): Any | undefined {
  return value && { type_url: type.typeUrl, value: encode<T>(type, value as never) };
}

const isBefore = (a: Timestamp, b: Timestamp): boolean =>
  a.seconds !== b.seconds ? a.seconds < b.seconds : a.nanos < b.nanos;

const limitOf = (coins: { amount: bigint }[]): bigint | undefined => coins[0]?.amount;

function spendBasic(basic: feegrant.BasicAllowance, { now, amount }: Spending): feegrant.BasicAllowance | undefined {
  if (basic.expiration && isBefore(basic.expiration, now)) throw feegrantErrors.expired('basic allowance');
  const limit = limitOf(basic.spend_limit);
  if (limit === undefined) return basic;
  if (limit < amount) throw feegrantErrors.limitExceeded('basic allowance');
  return limit === amount ? undefined : { ...basic, spend_limit: [{ denom: 'BNB', amount: limit - amount }] };
}

function spendPeriodic(grant: feegrant.PeriodicAllowance, spending: Spending): feegrant.PeriodicAllowance | undefined {
  const basic = grant.basic ?? feegrant.BasicAllowance.create();
  if (basic.expiration && isBefore(basic.expiration, spending.now)) throw feegrantErrors.expired('absolute limit');
  const current = resetPeriod(grant, basic, spending.now);
  const inPeriod = limitOf(current.period_can_spend) ?? 0n;
  if (inPeriod < spending.amount) throw feegrantErrors.limitExceeded('period limit');
  const left = spendBasic({ ...basic, expiration: undefined }, spending);
  if (!left) return undefined;
  const rest = inPeriod - spending.amount;
  return {
    ...current,
    basic: { ...left, expiration: basic.expiration },
    period_can_spend: rest === 0n ? [] : [{ denom: 'BNB', amount: rest }],
  };
}

/** A new period begins at the reset time; periods that nobody used do not add up. */
function resetPeriod(grant: feegrant.PeriodicAllowance, basic: feegrant.BasicAllowance, now: Timestamp) {
  const reset = grant.period_reset ?? { seconds: 0n, nanos: 0 };
  if (isBefore(now, reset)) return grant;
  const total = limitOf(basic.spend_limit);
  const perPeriod = limitOf(grant.period_spend_limit) ?? 0n;
  const amount = total !== undefined && total < perPeriod ? total : perPeriod;
  const period = grant.period ?? { seconds: 0n, nanos: 0 };
  const next = later(reset, period);
  return {
    ...grant,
    period_can_spend: [{ denom: 'BNB', amount }],
    period_reset: isBefore(next, now) ? later(now, period) : next,
  };
}

function later(time: Timestamp, by: { seconds: bigint; nanos: number }): Timestamp {
  const nanos = time.nanos + by.nanos;
  return { seconds: time.seconds + by.seconds + BigInt(Math.floor(nanos / 1e9)), nanos: nanos % 1e9 };
}

function spendAllowedMessages(grant: feegrant.AllowedMsgAllowance, spending: Spending): Any | undefined {
  if (!spending.messageUrls.every((url) => grant.allowed_messages.includes(url))) {
    throw feegrantErrors.messageNotAllowed();
  }
  if (!grant.allowance) throw unknownKind({ type_url: '(none)', value: new Uint8Array(0) });
  const allowance = spend(grant.allowance, spending);
  return allowance && packed(feegrant.AllowedMsgAllowance, { ...grant, allowance });
}

/** When the allowance ends; undefined for one without end. @throws ChainError sdk/29 for an unknown kind */
export function expirationOf(allowance: Any): Timestamp | undefined {
  switch (allowance.type_url) {
    case feegrant.BasicAllowance.typeUrl:
      return decode(feegrant.BasicAllowance, allowance.value).expiration;
    case feegrant.PeriodicAllowance.typeUrl:
      return decode(feegrant.PeriodicAllowance, allowance.value).basic?.expiration;
    case feegrant.AllowedMsgAllowance.typeUrl: {
      const { allowance: inner } = decode(feegrant.AllowedMsgAllowance, allowance.value);
      return inner && expirationOf(inner);
    }
    default:
      throw unknownKind(allowance);
  }
}

/** @throws ChainError for limits that are no positive amounts, or a list of no messages */
export function checkAllowance(allowance: Any): void {
  if (allowance.type_url === feegrant.AllowedMsgAllowance.typeUrl) {
    const { allowed_messages, allowance: inner } = decode(feegrant.AllowedMsgAllowance, allowance.value);
    if (allowed_messages.length === 0) throw feegrantErrors.noMessages();
    if (!inner) throw sdkErrors.logic('allowance should not be empty');
    return checkAllowance(inner);
  }
  if (allowance.type_url === feegrant.BasicAllowance.typeUrl) {
    return checkLimit(decode(feegrant.BasicAllowance, allowance.value).spend_limit);
  }
  if (allowance.type_url !== feegrant.PeriodicAllowance.typeUrl) throw unknownKind(allowance);
  const periodic = decode(feegrant.PeriodicAllowance, allowance.value);
  checkLimit(periodic.basic?.spend_limit ?? []);
  checkLimit(periodic.period_spend_limit);
  if ((periodic.period?.seconds ?? 0n) < 0n)
    throw new ChainError('feegrant', 4, 'invalid duration: negative clock step');
}

function checkLimit(coins: { denom: string; amount: bigint }[]): void {
  for (const { denom, amount } of coins) {
    if (amount <= 0n || denom !== 'BNB')
      throw sdkErrors.invalidCoins(`spend limit ${amount}${denom}: positive BNB expected`);
  }
}
