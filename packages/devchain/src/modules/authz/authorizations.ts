/** Kinds of authorisation: which message each is for, and what using it leaves of it. */
import {
  type AnyMessage,
  cosmosAuthzV1beta1 as authz,
  cosmosBankV1beta1 as bank,
  type cosmosBaseV1beta1,
  decode,
  encode,
  type googleProtobuf,
  isAddress,
  type MessageType,
  sameAddress,
  greenfieldSp as sp,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import { coinsText } from '../../coins.ts';
import { ChainError } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { authzErrors } from './errors.ts';

type Any = googleProtobuf.Any;
type Coin = cosmosBaseV1beta1.Coin;

interface Kind<A> {
  type: MessageType<A>;
  messageUrl(authorization: A): string;
  check(authorization: A): void;
  /** What is left; undefined when nothing is. @throws ChainError when the message is not covered */
  accept(authorization: A, msg: AnyMessage): A | undefined;
}

const duplicateEntry = (address: string) => new ChainError('bank', 8, `${address}: duplicate entry`);

/** Coins of the limit without those spent; undefined when less than that is allowed. */
function subtract(limit: readonly Coin[], spent: readonly Coin[]): Coin[] | undefined {
  const left = new Map(limit.map(({ denom, amount }) => [denom, amount]));
  for (const { denom, amount } of spent) left.set(denom, (left.get(denom) ?? 0n) - amount);
  if ([...left.values()].some((amount) => amount < 0n)) return undefined;
  return Array.from(left, ([denom, amount]) => ({ denom, amount })).filter(({ amount }) => amount > 0n);
}

/** A limit of one coin; no limit stays none. `used` is true when nothing is left. */
function spendLimit(limit: Coin | undefined, spent: Coin): { limit: Coin | undefined; used: boolean } {
  if (!limit) return { limit, used: false };
  const left = subtract([limit], [spent]);
  if (!left) {
    throw sdkErrors.insufficientFunds(`requested ${coinsText([spent])} is more than the limit ${coinsText([limit])}`);
  }
  return { limit: left[0] ?? { ...limit, amount: 0n }, used: left.length === 0 };
}

const generic: Kind<authz.GenericAuthorization> = {
  type: authz.GenericAuthorization,
  messageUrl: ({ msg }) => msg,
  check: () => undefined,
  accept: (authorization) => authorization,
};

const send: Kind<bank.SendAuthorization> = {
  type: bank.SendAuthorization,
  messageUrl: () => bank.MsgSend.typeUrl,
  check({ spend_limit, allow_list }) {
    if (spend_limit.length === 0) throw sdkErrors.invalidCoins('spend limit cannot be nil');
    if (spend_limit.some(({ amount }) => amount <= 0n)) throw sdkErrors.invalidCoins('spend limit must be positive');
    for (const [index, address] of allow_list.entries()) {
      if (allow_list.indexOf(address) < index) throw duplicateEntry(address);
    }
  },
  accept(authorization, msg) {
    const { allow_list } = authorization;
    const { to_address, amount } = msg as bank.MsgSend;
    const spend_limit = subtract(authorization.spend_limit, amount);
    if (!spend_limit) throw sdkErrors.insufficientFunds('requested amount is more than spend limit');
    if (allow_list.length > 0 && !allow_list.some((address) => sameAddress(address, to_address))) {
      throw sdkErrors.unauthorized(`cannot send to ${to_address} address`);
    }
    return spend_limit.length === 0 ? undefined : { ...authorization, spend_limit };
  },
};

const { AuthorizationType } = staking;

/** Message and the field that names the validator who gets or loses the stake. */
const STAKE_MESSAGES: Readonly<Record<number, { url: string; validator: string }>> = {
  [AuthorizationType.AUTHORIZATION_TYPE_DELEGATE]: {
    url: staking.MsgDelegate.typeUrl,
    validator: 'validator_address',
  },
  [AuthorizationType.AUTHORIZATION_TYPE_UNDELEGATE]: {
    url: staking.MsgUndelegate.typeUrl,
    validator: 'validator_address',
  },
  [AuthorizationType.AUTHORIZATION_TYPE_REDELEGATE]: {
    url: staking.MsgBeginRedelegate.typeUrl,
    validator: 'validator_dst_address',
  },
};

function stakeMessage({ authorization_type }: staking.StakeAuthorization): { url: string; validator: string } {
  const found = STAKE_MESSAGES[authorization_type];
  if (!found) throw authzErrors.unknownType(`authorization type ${authorization_type}`);
  return found;
}

const stake: Kind<staking.StakeAuthorization> = {
  type: staking.StakeAuthorization,
  messageUrl: (authorization) => stakeMessage(authorization).url,
  check(authorization) {
    stakeMessage(authorization);
    const { max_tokens, allow_list, deny_list } = authorization;
    if (max_tokens && max_tokens.amount < 0n) throw authzErrors.negativeLimit(coinsText([max_tokens]));
    if (allow_list && deny_list) throw sdkErrors.invalidRequest('cannot set both allowed & deny list');
  },
  accept(authorization, msg) {
    const validator = String(msg[stakeMessage(authorization).validator]);
    const { allow_list, deny_list } = authorization;
    const names = (list: typeof allow_list) => list?.address.some((address) => sameAddress(address, validator));
    const allowed = !allow_list || allow_list.address.length === 0 || names(allow_list);
    if (names(deny_list) || !allowed) {
      throw sdkErrors.unauthorized(`cannot delegate/undelegate to ${validator} validator`);
    }
    const { limit, used } = spendLimit(authorization.max_tokens, msg.amount as Coin);
    return used ? undefined : { ...authorization, max_tokens: limit };
  },
};

/** What the funding account of a storage provider may deposit (`reference/chain-state-machine.md` §4.1). */
const deposit: Kind<sp.DepositAuthorization> = {
  type: sp.DepositAuthorization,
  messageUrl: () => sp.MsgDeposit.typeUrl,
  check({ max_deposit, sp_address }) {
    if (max_deposit && max_deposit.amount < 0n) throw authzErrors.negativeLimit(coinsText([max_deposit]));
    if (!isAddress(sp_address)) throw sdkErrors.invalidAddress(`invalid sp_address ${JSON.stringify(sp_address)}`);
  },
  accept(authorization, msg) {
    const { sp_address, deposit: spent } = msg as sp.MsgDeposit;
    if (!sameAddress(sp_address, authorization.sp_address)) {
      throw sdkErrors.unauthorized(`cannot deposit to ${sp_address} storage provider`);
    }
    const { limit, used } = spendLimit(authorization.max_deposit, spent);
    return used ? undefined : { ...authorization, max_deposit: limit };
  },
};

const kinds = new Map<string, Kind<unknown>>(
  [generic, send, stake, deposit].map((kind) => [kind.type.typeUrl, kind as unknown as Kind<unknown>]),
);

function opened(any: Any): { kind: Kind<unknown>; authorization: unknown } {
  const kind = kinds.get(any.type_url);
  if (!kind) {
    throw sdkErrors.invalidType(`authorization ${any.type_url}: one of ${[...kinds.keys()].join(', ')} expected`);
  }
  try {
    return { kind, authorization: decode(kind.type, any.value) };
  } catch (error) {
    throw sdkErrors.txDecode((error as Error).message);
  }
}

/** Type URL of the messages that it is for. @throws ChainError for an authorisation of no kind, sdk/29 */
export function messageUrlOf(any: Any): string {
  const { kind, authorization } = opened(any);
  return kind.messageUrl(authorization);
}

/** @throws ChainError for limits that are none */
export function checkAuthorization(any: Any): void {
  const { kind, authorization } = opened(any);
  kind.check(authorization);
}

/** What using the authorisation for a message leaves of it; undefined when it is used up. @throws ChainError */
export function acceptMessage(any: Any, msg: AnyMessage): Any | undefined {
  const { kind, authorization } = opened(any);
  const left = kind.accept(authorization, msg);
  return left === undefined ? undefined : { type_url: any.type_url, value: encode(kind.type, left as never) };
}
