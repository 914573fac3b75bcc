/** Jail: how validators come in for ever, and out again. */
import { cosmosSlashingV1beta1 as slashing } from '@prairie/chain';
import type { Context, State } from '../../context.ts';
import { StoredParams } from '../params/governed-params.ts';
import { compareTimes } from '../permission/time.ts';
import type { Hooks, StakingKeeper, Validator } from '../staking/index.ts';
import { tokensOf } from '../staking/shares.ts';
import { consensusAddress } from '../staking/validators.ts';
import { slashingErrors as errors } from './errors.ts';
import { checkParams, defaultParams } from './params.ts';
import { SigningInfos } from './signing-infos.ts';

/** The last second of the year 9999: the latest time there is. */
const FOR_EVER = { seconds: 253_402_300_799n, nanos: 0 };

export class SlashingKeeper {
  readonly parameters: StoredParams<slashing.Params>;
  readonly infos: SigningInfos;
  private readonly staking: StakingKeeper;

  constructor({ state, staking }: { state: State; staking: StakingKeeper }) {
    const options = { defaults: defaultParams, check: checkParams };
    this.parameters = new StoredParams(state, 'slashing/params', slashing.Params, options);
    this.infos = new SigningInfos(state);
    this.staking = staking;
    staking.addHooks(this.hooks);
  }

  /** Out of jail, when its time is over and enough of its own is at stake. @throws ChainError slashing/2 to slashing/7 */
  unjail(ctx: Context, operator: string): void {
    const validator = this.existing(operator);
    const { operator_address, self_del_address, min_self_delegation } = validator;
    const own = this.staking.delegation({ delegator_address: self_del_address, validator_address: operator_address });
    if (!own) throw errors.noSelfDelegation();
    if (tokensOf(validator, own.shares) < min_self_delegation) throw errors.selfDelegationTooSmall();
    if (!validator.jailed) throw errors.notJailed();
    const info = this.infos.get(ctx, consensusAddress(validator.consensus_pubkey));
    if (info?.tombstoned) throw errors.stillJailed();
    if (info && compareTimes(ctx.time, info.jailed_until!) < 0) throw errors.stillJailed();
    this.staking.unjail(operator_address);
  }

  /** Jails for ever. @throws ChainError slashing/2, slashing/9 */
  impeach(ctx: Context, operator: string): void {
    const validator = this.existing(operator);
    const address = consensusAddress(validator.consensus_pubkey);
    if (this.infos.get(ctx, address)?.tombstoned) throw errors.tombstoned();
    if (!validator.jailed) {
      this.staking.jail(operator);
      ctx.emit('slash', { jailed: address });
    }
    this.infos.tombstone(address, FOR_EVER);
  }

  private existing(operator: string): Validator {
    const validator = this.staking.validator(operator);
    if (!validator) throw errors.noValidator();
    return validator;
  }

  private get hooks(): Hooks {
    return {
      afterValidatorBonded: (ctx, { consensus_pubkey }) => this.infos.begin(ctx, consensusAddress(consensus_pubkey)),
      afterValidatorBeginsUnbonding: (ctx, { consensus_pubkey }) =>
        this.infos.end(ctx, consensusAddress(consensus_pubkey)),
    };
  }
}
