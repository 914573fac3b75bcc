/** The challenge module's state and what happens to it at both ends of a block. */
import { greenfieldChallenge as challenge } from '@prairie/chain';
import type { Context, State } from '../../context.ts';
import type { BankKeeper } from '../bank/index.ts';
import { StoredParams } from '../params/governed-params.ts';
import type { PaymentKeeper } from '../payment/index.ts';
import type { SpKeeper } from '../sp/index.ts';
import { checkParams, defaultParams } from './params.ts';
import { type Pick as Piece, randomPicks } from './random.ts';
import { ChallengeStore } from './store.ts';
import { type TargetDeps, Targets } from './targets.ts';
import { type Turn, turnAt, type VoterSet } from './voters.ts';

export interface ChallengeDeps extends TargetDeps {
  state: State;
  bank: Pick<BankKeeper, 'send'>;
  sp: Pick<SpKeeper, 'byId' | 'byOperator' | 'set' | 'moduleAddress'>;
  payment: Pick<PaymentKeeper, 'taxPoolAddress' | 'moduleAddress' | 'balanceAt' | 'updateStream'>;
  voters: VoterSet;
}

export class ChallengeKeeper {
  readonly deps: ChallengeDeps;
  readonly parameters: StoredParams<challenge.Params>;
  readonly store: ChallengeStore;
  readonly targets: Targets;

  constructor(deps: ChallengeDeps) {
    this.deps = deps;
    const options = { defaults: defaultParams, check: checkParams };
    this.parameters = new StoredParams(deps.state, 'challenge/params', challenge.Params, options);
    this.store = new ChallengeStore(deps.state);
    this.targets = new Targets(deps);
  }

  params(): challenge.Params {
    return this.parameters.get();
  }

  /** The next challenge has the id after this one: for chains that follow another's history in parts. */
  setLastId(id: bigint): void {
    this.store.lastId = id;
  }

  /** Opens a challenge and tells validators of it. `spId` is the id that the event shows. Returns its id. */
  start(ctx: Context, piece: Piece, challenger = ''): bigint {
    const expired_height = ctx.height + this.params().challenge_keep_alive_period;
    const challenge_id = this.store.start(expired_height);
    ctx.emitTyped(challenge.EventStartChallenge, {
      challenge_id,
      object_id: piece.objectId,
      segment_index: piece.segmentIndex,
      sp_id: piece.spId,
      sp_operator_address: piece.spOperator,
      redundancy_index: piece.redundancyIndex,
      challenger_address: challenger,
      expired_height,
    });
    return challenge_id;
  }

  /** Whose challenger may attest now. @throws ChainError challenge/10 on a chain without validators */
  turn(ctx: Context): Turn {
    return turnAt(ctx.now, this.deps.voters(ctx), this.params().attestation_inturn_interval);
  }

  beginBlock(ctx: Context): void {
    const { slash_cooling_off_period, sp_slash_counting_window } = this.params();
    this.store.submitted = 0n;
    this.store.closeUntil(ctx.height);
    this.store.forgetSlashesBefore(ctx.height - slash_cooling_off_period);
    if (ctx.height % sp_slash_counting_window === 0n) this.store.resetLosses();
  }

  /** Fills up what accounts submitted to the number that every block has. */
  endBlock(ctx: Context): void {
    const needed = this.params().challenge_count_per_block - this.store.submitted;
    for (const piece of randomPicks(this, { needed, mix: ctx.randaoMix })) this.start(ctx, piece);
  }
}
