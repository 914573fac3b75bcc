/**
 * Recorded transactions of a real network, run again: the same events in the same order with the same values, the
 * same errors, and the same answers to queries. `fixtures/recorded.json.gz` has all blocks with messages of the
 * storage, virtualgroup and payment modules, or events in their end blocks, until the first migration.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type AnyMessage, decode, messageTypeByUrl } from '@prairie/chain';
import { ChainError, type Event } from '../../context.ts';
import { providerFromWire, TestChain } from './testing.ts';

type RecordedEvent = [type: string, attributes: Record<string, string>];

interface Recorded {
  genesis: { time: string } & Record<string, AnyMessage>;
  /** base64 of StorageProvider */
  providers: string[];
  blocks: {
    height: number;
    time: string;
    txs: { messages: [string, string][]; code: number; codespace: string; events: RecordedEvent[] }[];
    end: RecordedEvent[];
  }[];
  queries: { height: number; path: string; request: string; code: number; log: string; value: string | null }[];
}

const recorded = JSON.parse(
  gunzipSync(readFileSync(new URL('fixtures/recorded.json.gz', import.meta.url))).toString(),
) as Recorded;

const timeOf = (text: string) => {
  const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? '';
  return { seconds: BigInt(Math.floor(Date.parse(text) / 1000)), nanos: Number(fraction.padEnd(9, '0')) };
};

const plain = (events: readonly Event[]): RecordedEvent[] =>
  events.map(({ type, attributes }) => [type, Object.fromEntries(attributes.map(({ key, value }) => [key, value]))]);

function recordedChain(): TestChain {
  const chain = new TestChain();
  chain.time = timeOf(recorded.genesis.time);
  chain.initGenesis(recorded.genesis);
  for (const bytes of recorded.providers) chain.addProvider(providerFromWire(Buffer.from(bytes, 'base64')));
  return chain;
}

/** The first event of a message is the router's, and names it. */
const withoutRouter = (events: RecordedEvent[]) =>
  events.filter(([type, attributes]) => type !== 'message' || attributes.action === undefined);

test('recorded transactions give the recorded events, and queries the recorded answers', () => {
  const chain = recordedChain();
  const queries = [...recorded.queries].sort((a, b) => a.height - b.height);
  const answerUntil = (height: number) => {
    while (queries.length > 0 && queries[0]!.height < height) checkQuery(chain, queries.shift()!);
  };
  for (const block of recorded.blocks) {
    answerUntil(block.height);
    chain.height = BigInt(block.height);
    chain.time = timeOf(block.time);
    for (const tx of block.txs) runTx(chain, block.height, tx);
    assert.deepEqual(plain(chain.endBlock()), block.end, `end of block ${block.height}`);
  }
  answerUntil(Number.POSITIVE_INFINITY);
});

function runTx(chain: TestChain, height: number, tx: Recorded['blocks'][number]['txs'][number]): void {
  const events: Event[] = [];
  let failure: ChainError | undefined;
  for (const [url, bytes] of tx.messages) {
    const type = messageTypeByUrl(url)!;
    const msg = decode(type, Buffer.from(bytes, 'base64'));
    for (const { signer } of fundedSigners(msg)) if (!chain.accounts.account(signer)) chain.fund(signer);
    try {
      events.push(...chain.run(type, msg).events);
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      failure = error;
    }
  }
  const at = `block ${height}, ${tx.messages.map(([url]) => url).join()}`;
  const outcome = failure ? [failure.codespace, failure.code] : ['', 0];
  assert.deepEqual(outcome, [tx.codespace, tx.code], `${at}: ${failure?.message}`);
  if (!failure) assert.deepEqual(plain(events), withoutRouter(tx.events), at);
}

/** Whoever signs has an account on the recorded chain. */
const fundedSigners = (msg: AnyMessage): { signer: string }[] =>
  [msg.creator, msg.operator].filter((text) => typeof text === 'string' && text !== '').map((signer) => ({ signer }));

function checkQuery(chain: TestChain, query: Recorded['queries'][number]): void {
  const at = `${query.path} at height ${query.height}`;
  const request = Buffer.from(query.request, 'hex');
  if (query.code === 0) {
    assert.equal(chain.query(query.path, request).toString('base64'), query.value ?? '', at);
    return;
  }
  const expected = query.log.replace(/: unknown request$/, '');
  assert.throws(
    () => chain.query(query.path, request),
    (error) => error instanceof ChainError && error.message === expected,
    at,
  );
}
