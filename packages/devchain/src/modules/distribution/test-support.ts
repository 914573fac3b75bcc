/** Validators, delegators and fees without a chain around them. */
import {
  cosmosCryptoEd25519,
  cosmosDistributionV1beta1 as distribution,
  encode,
  moduleAddress,
  cosmosStakingV1beta1 as staking,
} from '@prairie/chain';
import { type ExecutionContext, testContext } from '../../chain/execution-context.ts';
import { coin } from '../../coins.ts';
import { addressKey } from '../../keys.ts';
import { ChainState } from '../../state/index.ts';
import { testBls } from '../../testing/network.ts';
import { AccountKeeper } from '../auth/keeper.ts';
import { BankKeeper } from '../bank/keeper.ts';
import { address, deliver, START } from '../payment/test-support.ts';
import { createStakingModule } from '../staking/index.ts';
import { createDistributionModule } from './index.ts';

export const BNB = 10n ** 18n;

/** Parts of validator `n`, whose own delegator has a hundred BNB at stake. */
export const operator = (n: number): string => address(0x10 + n);
export const ownDelegator = (n: number): string => address(0x20 + n);
export const delegator = (n: number): string => address(0x60 + n);
export const consensusKey = (n: number): Buffer => Buffer.alloc(32, n + 1);

const blsKeys = Array.from({ length: 4 }, (_, n) => testBls(`validator ${n}`));

/** Seconds from one block to the next, and until unbonding stake is free. */
export const BLOCK = 10n;
export const UNBONDING = 30n;

export class StakeWorld {
  readonly state = new ChainState();
  readonly bank: BankKeeper;
  readonly staking: ReturnType<typeof createStakingModule>;
  readonly distribution: ReturnType<typeof createDistributionModule>;
  ctx: ExecutionContext = testContext({ time: { seconds: START, nanos: 0 } });

  constructor(params: Partial<distribution.Params> = {}) {
    const { state } = this;
    const accounts = new AccountKeeper(state);
    this.bank = new BankKeeper(state, { accounts });
    this.staking = createStakingModule({ state, bank: this.bank, headerAt: () => undefined });
    this.distribution = createDistributionModule({ state, bank: this.bank, staking: this.staking.keeper });
    const { parameters } = this.staking.keeper;
    parameters.set({ ...parameters.get(), max_validators: 3, unbonding_time: { seconds: UNBONDING, nanos: 0 } });
    this.distribution.keeper.parameters.set(distribution.Params.create({ withdraw_addr_enabled: true, ...params }));
  }

  /** Ends the block, and begins the next, which shares these fees. */
  nextBlock(fees = 0n): void {
    this.staking.module.endBlock!(this.ctx);
    this.bank.endow(moduleAddress('fee_collector'), fees);
    const { height, now } = this.ctx;
    this.ctx = testContext({ height: height + 1n, time: { seconds: now + BLOCK, nanos: 0 } });
    this.distribution.module.beginBlock!(this.ctx);
    this.staking.module.beginBlock!(this.ctx);
  }

  /** Until the fees of the next block are shared by the set as it is. */
  settle(): void {
    for (let blocks = 0; blocks < 3; blocks++) this.nextBlock();
  }

  fund(owner: string, amount: bigint): void {
    this.bank.endow(owner, amount);
  }

  createValidator(n: number, rate = 0n, stake = 100n * BNB): void {
    const { blsKey, blsProof } = blsKeys[n]!;
    this.fund(ownDelegator(n), stake);
    this.send(staking.MsgCreateValidator, {
      description: { moniker: `v${n}`, identity: '', website: '', security_contact: '', details: '' },
      commission: { rate, max_rate: BNB, max_change_rate: BNB },
      min_self_delegation: BNB,
      delegator_address: ownDelegator(n),
      validator_address: operator(n),
      pubkey: {
        type_url: cosmosCryptoEd25519.PubKey.typeUrl,
        value: encode(cosmosCryptoEd25519.PubKey, { key: consensusKey(n) }),
      },
      value: coin(stake),
      from: moduleAddress('gov'),
      relayer_address: address(0x30 + n),
      challenger_address: address(0x40 + n),
      bls_key: blsKey.toString('hex'),
      bls_proof: blsProof.toString('hex'),
    });
  }

  delegate(from: string, n: number, amount: bigint): void {
    this.send(staking.MsgDelegate, {
      delegator_address: from,
      validator_address: operator(n),
      amount: coin(amount),
    });
  }

  undelegate(from: string, n: number, amount: bigint): void {
    this.send(staking.MsgUndelegate, {
      delegator_address: from,
      validator_address: operator(n),
      amount: coin(amount),
    });
  }

  redelegate(from: string, source: number, target: number, amount: bigint): void {
    this.send(staking.MsgBeginRedelegate, {
      delegator_address: from,
      validator_src_address: operator(source),
      validator_dst_address: operator(target),
      amount: coin(amount),
    });
  }

  withdraw(from: string, n: number): void {
    this.send(distribution.MsgWithdrawDelegatorReward, {
      delegator_address: from,
      validator_address: operator(n),
    });
  }

  /** What the module keeps for a validator, in atomics of wei. */
  kept(table: 'outstanding' | 'commission', n: number): bigint | undefined {
    return this.distribution.keeper.store[table].get(addressKey(operator(n)));
  }

  /** @throws ChainError what the message fails with, and then nothing has happened */
  send<M>(type: Parameters<typeof deliver<M>>[3], msg: Partial<M>): void {
    const handlers = [...this.staking.module.messages, ...this.distribution.module.messages];
    deliver(this, handlers, this.ctx, type, msg);
  }

  /** What a delegation could withdraw, in atomics of wei. */
  pending(from: string, n: number): bigint {
    const pair = { delegator_address: from, validator_address: operator(n) };
    return this.state.scratch(() => this.distribution.keeper.earned(this.ctx, pair));
  }
}
