/** Errors of the slashing module, as Cosmos SDK 0.47 registers them. */
import { ChainError } from '../../context.ts';

const define = (code: number, text: string) => (): ChainError => new ChainError('slashing', code, text);

export const slashingErrors = {
  noValidator: define(2, 'address is not associated with any known validator'),
  stillJailed: define(4, 'validator still jailed; cannot be unjailed'),
  notJailed: define(5, 'validator not jailed; cannot be unjailed'),
  noSelfDelegation: define(6, 'validator has no self-delegation; cannot be unjailed'),
  selfDelegationTooSmall: define(7, "validator's self delegation less than minimum; cannot be unjailed"),
  tombstoned: define(9, 'validator already tombstoned'),
} as const;
