/** Messages of providers against a recorded network: same events, same order, same answers to queries. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { decode, encode, messageTypeByUrl } from '@prairie/chain';
import { type ChainError, StatusError } from '../../context.ts';
import { at, attributesOf, deliver } from '../payment/test-support.ts';
import { type Market, recordedMarket } from './test-support.ts';

type Attributes = Record<string, string>;

interface RecordedMessage {
  height: number;
  time: number;
  type_url: string;
  value: string;
  events: [type: string, attributes: Attributes][];
}

interface RecordedQuery {
  path: string;
  request_data_hex: string;
  response_height: number;
  code: number;
  log: string;
  value_base64: string;
}

function recorded<T>(name: string): T[] {
  const packed = readFileSync(new URL(`../../../fixtures/${name}.jsonl.gz`, import.meta.url));
  return gunzipSync(packed)
    .toString()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

const text = (attributes: Attributes, key: string): string => JSON.parse(attributes[key]!) as string;

/** Income that storage brought and that the message pays out: the first update shows what is left of it. */
function earn(market: Market, { time, events }: RecordedMessage): void {
  const { payment } = market;
  const seen = new Set<string>();
  for (const [index, [type, attributes]] of events.entries()) {
    if (!type.endsWith('EventStreamRecordUpdate')) continue;
    const account = text(attributes, 'account');
    if (seen.has(account)) continue;
    seen.add(account);
    const [, spent] = events.slice(index).find(([name]) => name === 'coin_spent')!;
    const static_balance = BigInt(text(attributes, 'static_balance')) + BigInt(spent.amount!.replace('BNB', ''));
    const record = payment.streams.getOrNew(account, BigInt(time));
    payment.streams.records.set(account.slice(2).toLowerCase(), {
      ...record,
      crud_timestamp: BigInt(time),
      netflow_rate: BigInt(text(attributes, 'netflow_rate')),
      static_balance,
    });
    market.bank.endow(payment.moduleAddress, static_balance);
  }
}

/** What storage put into groups before the message reported their size. */
function store(market: Market, { events }: RecordedMessage): void {
  for (const [type, attributes] of events) {
    if (!type.endsWith('EventUpdateGlobalVirtualGroup')) continue;
    const gvg = market.groups.gvg(JSON.parse(attributes.id!))!;
    market.groups.groups.setGvg({ ...gvg, stored_size: BigInt(text(attributes, 'store_size')) });
  }
}

function replay(market: Market, message: RecordedMessage): void {
  const type = messageTypeByUrl(message.type_url)!;
  earn(market, message);
  store(market, message);
  const ctx = at(BigInt(message.time));
  const handlers = [...market.spModule.messages, ...market.groupModule.messages];
  deliver(market, handlers, ctx, type, decode(type, Buffer.from(message.value, 'base64')));
  assert.deepEqual(
    ctx.events.map((event) => [event.type, attributesOf(event)]),
    message.events,
    `${message.type_url} in block ${message.height}`,
  );
}

/** Depends on objects that this test does not store, or on end blocks that were not kept. */
const NOT_COMPARED = [
  /payment\.Query\/(?!Params)/,
  /QueryGlobalSpStorePriceByTime/,
  /GlobalVirtualGroupByFamilyID/,
] as const;

function ask(market: Market, { path, request_data_hex, response_height }: RecordedQuery, time: number) {
  const queries = { ...market.spModule.queries, ...market.groupModule.queries, ...market.paymentModule.queries };
  const handler = queries[path]!;
  const request = decode(handler.request, Buffer.from(request_data_hex, 'hex'));
  const ctx = at(BigInt(time), { height: BigInt(response_height) });
  return { handler, answer: () => handler.handle(ctx, request) };
}

function compare(market: Market, query: RecordedQuery, time: number): void {
  const { handler, answer } = ask(market, query, time);
  if (query.code !== 0) {
    // codes are made from the kind of the error (`reference/chain-rpc.md` §5.1)
    assert.throws(answer, (error: ChainError | StatusError) => {
      assert.ok(!(error instanceof StatusError));
      assert.equal(`${error.message}: unknown request`, query.log);
      return true;
    });
    return;
  }
  const expected = decode(handler.response, Buffer.from(query.value_base64, 'base64'));
  const got = decode(handler.response, encode(handler.response, answer()));
  // the network shuffles this list, we do not
  expected.sps?.sort((a: { id: number }, b: { id: number }) => a.id - b.id);
  if (expected.global_virtual_group) expected.global_virtual_group.stored_size = got.global_virtual_group.stored_size;
  assert.deepEqual(got, expected, `${query.path} at height ${query.response_height}`);
}

test('33 recorded messages and the queries between them come out the same', () => {
  const { market } = recordedMarket();
  const messages = recorded<RecordedMessage>('provider-messages');
  const queries = recorded<RecordedQuery>('provider-queries').sort((a, b) => a.response_height - b.response_height);
  const compared = queries.filter(({ path }) => !NOT_COMPARED.some((pattern) => pattern.test(path)));
  assert.equal(compared.length, 44);
  let time = messages[0]!.time;
  for (const message of messages) {
    while (compared[0] && compared[0].response_height < message.height) compare(market, compared.shift()!, time);
    replay(market, message);
    time = message.time;
  }
  for (const query of compared) compare(market, query, time);
});

test('providers are numbered and priced at genesis as recorded, and pay their deposit', () => {
  const { ctx, market } = recordedMarket();
  assert.deepEqual(
    market.sp.all().map(({ id, status, description }) => [id, status, description.moniker]),
    Array.from({ length: 8 }, (_, i) => [i + 1, 0, `sp${i}`]),
  );
  const deposits = market.sp.all().reduce((sum, { total_deposit }) => sum + total_deposit, 0n);
  assert.equal(market.bank.balance(market.sp.moduleAddress), deposits);
  const types = ctx.events.slice(-2).map(({ type }) => type);
  assert.deepEqual(types, ['greenfield.sp.EventCreateStorageProvider', 'greenfield.sp.EventSpStoragePriceUpdate']);
});
