/** From a proposal to its end: submission, the end of its periods, and the execution of what was decided. */
import { cosmosGovV1 as gov, moduleAddress, sameAddress, toChecksumAddress } from '@prairie/chain';
import { forward, type MessageRouter } from '../../chain/message-router.ts';
import { ChainError, type Context, type Event } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { ChainState } from '../../state/index.ts';
import type { BankKeeper } from '../bank/index.ts';
import { type Deposits, later } from './deposits.ts';
import { govErrors } from './errors.ts';
import type { GovStore } from './store.ts';
import { EMPTY_TALLY, type StakeView, tally } from './tally.ts';

const { PROPOSAL_STATUS_DEPOSIT_PERIOD, PROPOSAL_STATUS_PASSED, PROPOSAL_STATUS_REJECTED, PROPOSAL_STATUS_FAILED } =
  gov.ProposalStatus;

const RESULT_TEXT: Readonly<Record<number, string>> = {
  [PROPOSAL_STATUS_PASSED]: 'proposal_passed',
  [PROPOSAL_STATUS_REJECTED]: 'proposal_rejected',
  [PROPOSAL_STATUS_FAILED]: 'proposal_failed',
};

/** Bytes of a title, a summary, or metadata of proposals and votes. */
const MAX_TEXT = 255;

/** Proposals of each kind that one block ends; others wait for the next. */
const MAX_ENDS_PER_BLOCK = 100;

export interface ProposalsDeps {
  store: GovStore;
  deposits: Deposits;
  stake: StakeView;
  router: MessageRouter;
  bank: Pick<BankKeeper, 'balance'>;
  state: Pick<ChainState, 'branch'>;
  /** Told of errors that no module meant to throw. */
  onPanic?: ((error: unknown) => void) | undefined;
}

/** @throws ChainError gov/15 */
export function checkText(text: string): void {
  const length = Buffer.byteLength(text);
  if (length > MAX_TEXT) throw govErrors.metadataTooLong(`got ${length} bytes, at most ${MAX_TEXT}`);
}

export class Proposals {
  private readonly deps: ProposalsDeps;

  constructor(deps: ProposalsDeps) {
    this.deps = deps;
  }

  /** The id of the new proposal, which waits for deposits. @throws ChainError gov/10, gov/13, gov/15 */
  submit(ctx: Context, msg: gov.MsgSubmitProposal): bigint {
    const { store } = this.deps;
    for (const text of [msg.metadata, msg.summary, msg.title]) checkText(text);
    for (const any of msg.messages) this.checkSigner(any.type_url, any);
    const id = store.nextId;
    const deposit_end_time = later(ctx.time, store.params.max_deposit_period);
    const { messages, metadata, title, summary } = msg;
    store.setProposal(
      gov.Proposal.create({
        ...{ id, messages, metadata, title, summary, deposit_end_time },
        status: PROPOSAL_STATUS_DEPOSIT_PERIOD,
        submit_time: ctx.time,
        final_tally_result: EMPTY_TALLY,
        proposer: toChecksumAddress(msg.proposer),
      }),
    );
    store.inactive.add(id, deposit_end_time);
    store.nextId = id + 1n;
    const proposal_messages = messages.map(({ type_url }) => `,${type_url}`).join('');
    ctx.emit('submit_proposal', { proposal_id: String(id), proposal_messages });
    return id;
  }

  endBlock(ctx: Context): void {
    const { store } = this.deps;
    for (const id of store.inactive.due(ctx.time, MAX_ENDS_PER_BLOCK)) this.drop(ctx, store.proposal(id)!);
    for (const id of store.active.due(ctx.time, MAX_ENDS_PER_BLOCK)) this.conclude(ctx, store.proposal(id)!);
  }

  private checkSigner(typeUrl: string, any: gov.MsgSubmitProposal['messages'][number]): void {
    const { router } = this.deps;
    if (!router.has(typeUrl)) throw govErrors.unroutableMessage(typeUrl);
    const { handler, value } = router.open(any);
    const [signer = '', ...others] = handler.signers(value);
    if (others.length > 0 || !sameAddress(signer, moduleAddress('gov'))) throw govErrors.invalidSigner(signer);
  }

  /** Nobody will know the proposal any more: its deposit did not suffice in time. */
  private drop(ctx: Context, { id, deposit_end_time }: gov.Proposal): void {
    const { store, deposits } = this.deps;
    store.removeProposal(id);
    store.inactive.remove(id, deposit_end_time!);
    if (store.params.burn_proposal_deposit_prevote) deposits.burn(ctx, id);
    else deposits.refund(ctx, id);
    ctx.emit('inactive_proposal', { proposal_id: String(id), proposal_result: 'proposal_dropped' });
  }

  private conclude(ctx: Context, proposal: gov.Proposal): void {
    const { store, deposits } = this.deps;
    const { id } = proposal;
    const { passes, burns, result } = this.tally(id);
    store.removeVotes(id);
    if (burns) deposits.burn(ctx, id);
    else deposits.refund(ctx, id);
    const failed_reason = passes ? this.execute(ctx, proposal) : '';
    const passed = failed_reason === '' ? PROPOSAL_STATUS_PASSED : PROPOSAL_STATUS_FAILED;
    const status = passes ? passed : PROPOSAL_STATUS_REJECTED;
    store.setProposal({ ...proposal, status, final_tally_result: result, failed_reason });
    store.active.remove(id, proposal.voting_end_time!);
    ctx.emit('active_proposal', { proposal_id: String(id), proposal_result: RESULT_TEXT[status]! });
  }

  /** Of the votes so far. */
  tally(id: bigint): ReturnType<typeof tally> {
    const { store, stake } = this.deps;
    const votes = Array.from(store.listVotes(id), ([, vote]) => vote);
    return tally(votes, stake, store.params);
  }

  /** Runs all messages or none. @returns why it is none; empty when all ran */
  private execute(ctx: Context, { messages }: gov.Proposal): string {
    const events: Event[] = [];
    let at = 0;
    try {
      this.deps.state.branch(() => {
        for (const any of messages) {
          const message = this.deps.router.open(any);
          this.deps.router.validate(message);
          events.push(...this.deps.router.run(ctx, message).events);
          at++;
        }
        this.checkSolvency();
      });
    } catch (error) {
      if (!(error instanceof ChainError)) this.deps.onPanic?.(error);
      const what = at < messages.length ? `msg ${at} (${messages[at]!.type_url})` : 'all messages together';
      return `passed, but ${what} failed on execution: ${(error as Error).message}`;
    }
    forward(ctx, events);
    return '';
  }

  /**
   * Governance may spend what it owns, but not what it holds for depositors: a chain that cannot pay a deposit back
   * stands still. (The real chain lets it happen, and does.)
   */
  private checkSolvency(): void {
    const held = this.deps.store.totalDeposits();
    const balance = this.deps.bank.balance(moduleAddress('gov'));
    if (balance < held)
      throw sdkErrors.insufficientFunds(`${balance} left in governance, which holds deposits of ${held}`);
  }
}
