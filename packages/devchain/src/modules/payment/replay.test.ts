/** The engine against every stream event of a recorded network: what it computes must be what was recorded. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { decode, greenfieldPayment as payment } from '@prairie/chain';
import type { Event } from '../../context.ts';
import { recordedQueries } from '../../testing/recordings.ts';
import { at, attributesOf, deliver, fund, paymentWorld, type World } from './test-support.ts';

type Attributes = Record<string, string>;

interface Group {
  /** The message, or the end of the block. */
  phase: string;
  events: [type: string, attributes: Attributes][];
}

interface Block {
  height: number;
  time: number;
  groups: Group[];
}

const UPDATE = 'greenfield.payment.EventStreamRecordUpdate';
const DEPOSIT = 'greenfield.payment.EventDeposit';

function recordedBlocks(): Block[] {
  const packed = readFileSync(new URL('../../../fixtures/streams.jsonl.gz', import.meta.url));
  const lines = gunzipSync(packed).toString().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Block);
}

const text = (attributes: Attributes, key: string): string => JSON.parse(attributes[key]!) as string;
const number = (attributes: Attributes, key: string): bigint => BigInt(text(attributes, key));
const plain = (events: readonly Event[]) => events.map((event) => [event.type, attributesOf(event)]);

/** What must have been asked of the engine so that it recorded these events, and asks the same of ours. */
class Replay {
  private readonly world: World;
  private readonly now: bigint;
  private readonly group: Group;
  private readonly ctx;
  private position = 0;
  /** What went from record to record without a flow. */
  private moved = 0n;

  constructor(world: World, block: Block, group: Group) {
    this.world = world;
    this.now = BigInt(block.time);
    this.group = group;
    this.ctx = at(this.now);
  }

  run(): void {
    const { phase, events } = this.group;
    if (phase === 'end') this.world.paymentModule.endBlock!(this.ctx);
    this.skipDone();
    if (phase.startsWith('/greenfield.payment.')) this.paymentMessage();
    while (this.position < events.length) this.step();
    assert.deepEqual(plain(this.ctx.events), events);
    assert.equal(this.moved, 0n, 'static balance made of nothing');
  }

  /** Our events so far must be a beginning of the recorded ones. */
  private skipDone(): void {
    const done = plain(this.ctx.events);
    assert.deepEqual(done, this.group.events.slice(0, done.length));
    this.position = done.length;
  }

  private paymentMessage(): void {
    const [, attributes] = this.group.events.at(-1)!;
    const { messages } = this.world.paymentModule;
    const send = <M>(type: Parameters<typeof deliver<M>>[3], msg: Partial<M>) =>
      deliver(this.world, messages, this.ctx, type, msg);
    const name = this.group.phase.slice('/greenfield.payment.Msg'.length);
    if (name === 'CreatePaymentAccount') send(payment.MsgCreatePaymentAccount, { creator: text(attributes, 'owner') });
    if (name === 'DisableRefund') {
      send(payment.MsgDisableRefund, { owner: text(attributes, 'owner'), addr: text(attributes, 'addr') });
    }
    const amount = () => number(attributes, 'amount');
    const [from, to] = ['from', 'to'].map((key) => (key in attributes ? text(attributes, key) : ''));
    if (name === 'Deposit') send(payment.MsgDeposit, { creator: from!, to: to!, amount: amount() });
    if (name === 'Withdraw') send(payment.MsgWithdraw, { creator: to!, from: from!, amount: amount() });
    this.skipDone();
  }

  private step(): void {
    const ahead = this.group.events.slice(this.position);
    const index = ahead.findIndex(([type]) => type === UPDATE);
    // coins of groups that change hands
    if (index < 0 || !ahead.slice(0, index).some(([type]) => type === DEPOSIT)) {
      if (index !== 0) return this.transfer(ahead[0]![1], ahead[1]![1]);
    }
    const pulled = ahead.slice(0, index).find(([type]) => type === DEPOSIT)?.[1];
    const update = ahead[index]![1];
    if (this.rateChange(update) === 0n) this.single(update, pulled && number(pulled, 'amount'), ahead[index + 1]);
    else this.bill(ahead.slice(index).map(([, attributes]) => attributes));
    this.skipDone();
  }

  private transfer(spent: Attributes, received: Attributes): void {
    this.world.bank.send(this.ctx, spent.spender!, received.receiver!, BigInt(spent.amount!.replace('BNB', '')));
    this.skipDone();
  }

  private rateChange(update: Attributes): bigint {
    const before = this.world.payment.stream(text(update, 'account'))?.netflow_rate ?? 0n;
    return number(update, 'netflow_rate') - before;
  }

  /** A payer and, until the sum is zero, its receivers. */
  private bill(updates: Attributes[]): void {
    const payer = text(updates[0]!, 'account');
    const flows: { to: string; rate: bigint }[] = [];
    let open = this.rateChange(updates[0]!);
    for (let i = 1; open !== 0n; i++) {
      const rate = this.rateChange(updates[i]!);
      flows.push({ to: text(updates[i]!, 'account'), rate });
      open += rate;
    }
    // the order of receivers must come from the engine
    const forced = this.group.phase === 'end';
    this.world.payment.applyFlowChanges(this.ctx, [{ payer, flows: flows.reverse() }], { forced });
  }

  /** A lock, an unlock, a payment from the stream, or a side of the charge for an early deletion. */
  private single(update: Attributes, pulled: bigint | undefined, after: [string, Attributes] | undefined): void {
    const account = text(update, 'account');
    const before = this.world.payment.streams.getOrNew(account, this.now);
    const lock = number(update, 'lock_balance') - before.lock_balance;
    const flowed = before.netflow_rate * (this.now - before.crud_timestamp);
    const expected = before.static_balance + flowed - lock;
    const change = (pulled === undefined ? number(update, 'static_balance') : -pulled) - expected;
    const isPaidOut = after?.[1].spender === this.world.payment.moduleAddress;
    if (isPaidOut) {
      const receiver = this.group.events.slice(this.position).find(([type]) => type === 'coin_received')![1].receiver!;
      this.world.payment.payOut(this.ctx, account, receiver, -change);
    } else {
      this.world.payment.updateStream(this.ctx, account, { lock, static: change });
      this.moved += change;
    }
  }
}

test('363 recorded stream updates come out the same, with the coins they moved and in the same order', () => {
  const world = paymentWorld();
  const users = new Set<string>();
  const blocks = recordedBlocks();
  for (const { groups } of blocks) {
    for (const [type, attributes] of groups.flatMap(({ events }) => events)) {
      if (type === 'coin_spent' && attributes.spender !== world.payment.moduleAddress) users.add(attributes.spender!);
    }
  }
  for (const user of users) fund(world, user, 10n ** 27n);
  let updates = 0;
  for (const block of blocks) {
    for (const group of block.groups) {
      try {
        new Replay(world, block, group).run();
      } catch (error) {
        throw new Error(`block ${block.height}, ${group.phase}`, { cause: error });
      }
      updates += group.events.filter(([type]) => type === UPDATE).length;
    }
  }
  assert.equal(updates, 363);
  const { owed, held, netflow } = world.payment.audit(BigInt(blocks.at(-1)!.time));
  assert.equal(owed, held);
  assert.equal(netflow, 0n);
  assertRecordedList(world);
});

/** The list that was asked for at the end of the recording. */
function assertRecordedList(world: World): void {
  const recorded = recordedQueries().find(({ path }) => path === '/greenfield.payment.Query/StreamRecords');
  if (!recorded) return;
  const { stream_records } = decode(payment.QueryStreamRecordsResponse, Buffer.from(recorded.value_base64!, 'base64'));
  assert.deepEqual(
    [...world.payment.streams.records.range()].map(([, record]) => record),
    stream_records,
  );
}
