/** Validators and delegators without a chain around them. */
import {
  cosmosCryptoEd25519,
  encode,
  type Init,
  type MessageType,
  moduleAddress,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import { type ExecutionContext, testContext } from '../../chain/execution-context.ts';
import { coin } from '../../coins.ts';
import type { StatusError } from '../../context.ts';
import { ChainState } from '../../state/index.ts';
import { testBls } from '../../testing/network.ts';
import { AccountKeeper } from '../auth/keeper.ts';
import { BankKeeper } from '../bank/keeper.ts';
import { address, attributesOf, deliver, START } from '../payment/test-support.ts';
import { auditStaking } from './audit.ts';
import { createStakingModule, type StakingKeeper } from './index.ts';
import { consensusAddress } from './validators.ts';

export const BNB = 10n ** 18n;

/** Seconds from one block to the next, and until unbonding stake is free. */
export const BLOCK = 10n;
export const UNBONDING = 100n;
export const MAX_VALIDATORS = 3;

/** Accounts of validator `n`, and of delegators that belong to none. */
export const operator = (n: number): string => address(0x10 + n);
export const ownDelegator = (n: number): string => address(0x20 + n);
export const delegator = (n: number): string => address(0x60 + n);

const blsKeys = Array.from({ length: 6 }, (_, n) => testBls(`validator ${n}`));

export const consensusKey = (n: number) => ({
  type_url: cosmosCryptoEd25519.PubKey.typeUrl,
  value: encode(cosmosCryptoEd25519.PubKey, { key: Buffer.alloc(32, n + 1) }),
});

/** Creates validator `n` with a hundred BNB. */
export function creation(n: number, over: Init<staking.MsgCreateValidator> = {}): Init<staking.MsgCreateValidator> {
  const { blsKey, blsProof } = blsKeys[n]!;
  return {
    description: { moniker: `v${n}`, identity: '', website: '', security_contact: '', details: '' },
    commission: { rate: BNB / 10n, max_rate: BNB / 2n, max_change_rate: BNB / 100n },
    min_self_delegation: BNB,
    delegator_address: ownDelegator(n),
    validator_address: operator(n),
    pubkey: consensusKey(n),
    value: coin(100n * BNB),
    from: moduleAddress('gov'),
    relayer_address: address(0x30 + n),
    challenger_address: address(0x40 + n),
    bls_key: blsKey.toString('hex'),
    bls_proof: blsProof.toString('hex'),
    ...over,
  };
}

export class StakingWorld {
  readonly state = new ChainState();
  readonly bank: BankKeeper;
  readonly keeper: StakingKeeper;
  readonly module: ReturnType<typeof createStakingModule>['module'];
  /** What governance was allowed to bond. */
  readonly granted: object[] = [];
  ctx: ExecutionContext = testContext({ time: { seconds: START, nanos: 0 } });

  constructor(params: Partial<staking.Params> = {}) {
    const { state } = this;
    this.bank = new BankKeeper(state, { accounts: new AccountKeeper(state) });
    const stakeGrants = { accept: (_ctx: unknown, use: object) => void this.granted.push(use) };
    const headerAt = () => undefined;
    ({ module: this.module, keeper: this.keeper } = createStakingModule({
      ...{ state, bank: this.bank, stakeGrants, headerAt },
    }));
    const unbonding_time = { seconds: UNBONDING, nanos: 0 };
    const { parameters } = this.keeper;
    parameters.set({ ...parameters.get(), max_validators: MAX_VALIDATORS, unbonding_time, ...params });
    for (let n = 0; n < blsKeys.length; n++) {
      for (const owner of [ownDelegator(n), delegator(n)]) this.bank.endow(owner, 1_000_000n * BNB);
    }
  }

  /** Ends blocks and begins the next ones; without a number, one. Returns the events of all ends. */
  nextBlock(blocks = 1): ExecutionContext['events'] {
    const events: ExecutionContext['events'] = [];
    for (let i = 0; i < blocks; i++) {
      const { height, now } = this.ctx;
      const mark = this.ctx.events.length;
      this.module.endBlock!(this.ctx);
      events.push(...this.ctx.events.slice(mark));
      this.ctx = testContext({ height: height + 1n, time: { seconds: now + BLOCK, nanos: 0 } });
      this.module.beginBlock!(this.ctx);
    }
    return events;
  }

  /** @throws ChainError what the message fails with, and then nothing has happened */
  send<M>(type: MessageType<M>, msg: Init<M>): Record<string, Record<string, string>> {
    const mark = this.ctx.events.length;
    deliver(this, this.module.messages, this.ctx, type, msg as Partial<M>);
    return Object.fromEntries(this.ctx.events.slice(mark).map((event) => [event.type, attributesOf(event)]));
  }

  create(n: number, over: Init<staking.MsgCreateValidator> = {}) {
    return this.send(staking.MsgCreateValidator, creation(n, over));
  }

  delegate(from: string, n: number, amount: bigint) {
    return this.send(staking.MsgDelegate, { ...pair(from, n), amount: coin(amount) });
  }

  undelegate(from: string, n: number, amount: bigint) {
    return this.send(staking.MsgUndelegate, { ...pair(from, n), amount: coin(amount) });
  }

  redelegate(from: string, source: number, target: number, amount: bigint) {
    return this.send(staking.MsgBeginRedelegate, {
      delegator_address: from,
      validator_src_address: operator(source),
      validator_dst_address: operator(target),
      amount: coin(amount),
    });
  }

  cancel(from: string, n: number, amount: bigint, creation_height: bigint) {
    return this.send(staking.MsgCancelUnbondingDelegation, { ...pair(from, n), amount: coin(amount), creation_height });
  }

  slash(n: number, height: bigint, power: bigint, fraction: bigint): bigint {
    return this.keeper.slash(this.ctx, {
      ...{ consensusAddress: consensusAddress(consensusKey(n)), height, power, fraction },
    });
  }

  validator(n: number): staking.Validator {
    return this.keeper.validator(operator(n))!;
  }

  /** Numbers of the bonded validators, as the keeper lists them. */
  bonded(): number[] {
    return Array.from(this.keeper.bondedValidators(), numberOf);
  }

  /** What does not hold after this block. */
  findings(): string[] {
    this.nextBlock();
    return auditStaking(this.keeper);
  }

  /** @throws StatusError */
  ask<Q, R>(name: string, type: MessageType<Q>, request: Init<Q>): R {
    const handler = this.module.queries[`/cosmos.staking.v1beta1.Query/${name}`]!;
    return handler.handle(this.ctx, type.create(request) as never) as R;
  }
}

export const pair = (from: string, n: number) => ({ delegator_address: from, validator_address: operator(n) });

export const numberOf = ({ operator_address }: staking.Validator): number =>
  Number.parseInt(operator_address.slice(-2), 16) - 0x10;

export const statusError = (status: StatusError['status'], message?: RegExp) => ({
  ...{ name: 'StatusError', status },
  ...(message && { message }),
});
