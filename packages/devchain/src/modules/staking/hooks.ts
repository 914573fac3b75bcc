/** What other modules do when stake changes: rewards are paid by the stake that earned them. */
import type { Context } from '../../context.ts';
import type { Pair } from './delegations.ts';
import type { Validator } from './validators.ts';

export interface Hooks {
  afterValidatorCreated?(ctx: Context, validator: Validator): void;
  afterValidatorBonded?(ctx: Context, validator: Validator): void;
  afterValidatorBeginsUnbonding?(ctx: Context, validator: Validator): void;
  /** `fraction` of its tokens, decimal. */
  beforeValidatorSlashed?(ctx: Context, validator: Validator, fraction: bigint): void;
  /** It has no delegations any more. */
  afterValidatorRemoved?(ctx: Context, validator: Validator): void;
  beforeDelegationCreated?(ctx: Context, pair: Pair): void;
  /** Also before it is removed. */
  beforeDelegationChanged?(ctx: Context, pair: Pair): void;
  /** Also after it was created; not when it is removed. */
  afterDelegationChanged?(ctx: Context, pair: Pair): void;
}

/** Calls all of them, in the order in which they were added. */
export class HookList implements Required<Hooks> {
  private readonly list: Hooks[] = [];

  add(hooks: Hooks): void {
    this.list.push(hooks);
  }

  afterValidatorCreated(ctx: Context, validator: Validator): void {
    for (const hooks of this.list) hooks.afterValidatorCreated?.(ctx, validator);
  }

  afterValidatorBonded(ctx: Context, validator: Validator): void {
    for (const hooks of this.list) hooks.afterValidatorBonded?.(ctx, validator);
  }

  afterValidatorBeginsUnbonding(ctx: Context, validator: Validator): void {
    for (const hooks of this.list) hooks.afterValidatorBeginsUnbonding?.(ctx, validator);
  }

  beforeValidatorSlashed(ctx: Context, validator: Validator, fraction: bigint): void {
    for (const hooks of this.list) hooks.beforeValidatorSlashed?.(ctx, validator, fraction);
  }

  afterValidatorRemoved(ctx: Context, validator: Validator): void {
    for (const hooks of this.list) hooks.afterValidatorRemoved?.(ctx, validator);
  }

  beforeDelegationCreated(ctx: Context, pair: Pair): void {
    for (const hooks of this.list) hooks.beforeDelegationCreated?.(ctx, pair);
  }

  beforeDelegationChanged(ctx: Context, pair: Pair): void {
    for (const hooks of this.list) hooks.beforeDelegationChanged?.(ctx, pair);
  }

  afterDelegationChanged(ctx: Context, pair: Pair): void {
    for (const hooks of this.list) hooks.afterDelegationChanged?.(ctx, pair);
  }
}
