/** Errors of the staking module, as Cosmos SDK 0.47 registers them. */
import { ChainError } from '../../context.ts';

const define =
  (code: number, text: string) =>
  (detail?: string): ChainError =>
    new ChainError('staking', code, detail ? `${detail}: ${text}` : text);

export const stakingErrors = {
  noValidator: define(3, 'validator does not exist'),
  operatorExists: define(
    4,
    'validator already exist for this operator address; must use new validator operator address',
  ),
  keyExists: define(5, 'validator already exist for this pubkey; must use new validator pubkey'),
  keyTypeNotSupported: define(6, 'validator pubkey type is not supported'),
  jailed: define(7, 'validator for this address is currently jailed'),
  commissionNegative: define(9, 'commission must be positive'),
  commissionHuge: define(10, 'commission cannot be more than 100%'),
  commissionAboveMaximum: define(11, 'commission cannot be more than the max rate'),
  commissionTooSoon: define(12, 'commission cannot be changed more than once in 24h'),
  changeRateNegative: define(13, 'commission change rate must be positive'),
  changeRateAboveMaximum: define(14, 'commission change rate cannot be more than the max rate'),
  commissionChangeTooBig: define(15, 'commission cannot be changed more than max change rate'),
  selfDelegationTooSmall: define(16, "validator's self delegation must be greater than their minimum self delegation"),
  minSelfDelegationDecreased: define(17, 'minimum self delegation cannot be decrease'),
  noDelegation: define(19, 'no delegation for (address, validator) tuple'),
  noDelegationOf: define(21, 'delegator does not contain delegation'),
  insufficientShares: define(22, 'insufficient delegation shares'),
  notEnoughShares: define(24, 'not enough delegation shares'),
  noUnbondingDelegation: define(26, 'no unbonding delegation found'),
  tooManyUnbondings: define(27, 'too many unbonding delegation entries for (delegator, validator) tuple'),
  sameValidator: define(29, 'cannot redelegate to the same validator'),
  tinyRedelegation: define(30, 'too few tokens to redelegate (truncates to zero tokens)'),
  badDestination: define(31, 'redelegation destination validator not found'),
  transitiveRedelegation: define(
    32,
    'redelegation to this validator already in progress; first redelegation to this validator must complete before next redelegation',
  ),
  tooManyRedelegations: define(33, 'too many redelegation entries for (delegator, src-validator, dst-validator) tuple'),
  noRate: define(34, 'cannot delegate to validators with invalid (zero) ex-rate'),
  emptyKey: define(39, 'empty validator public key'),
  commissionBelowMinimum: define(40, 'commission cannot be less than min rate'),
  // codes of what this network adds to the module are not known: these are behind those of the SDK
  relayerExists: define(101, 'relayer address of another validator'),
  challengerExists: define(102, 'challenger address of another validator'),
  blsKeyExists: define(103, 'bls key of another validator'),
  invalidBlsKey: define(104, 'invalid bls key'),
} as const;
