/** Who hears of which events (`reference/chain-rpc.md` §2.1). An event is serialised once, whoever listens. */
import { txHash } from '@prairie/chain';
import type { BlockRecord } from '../chain/block-types.ts';
import type { Chain } from '../chain/chain.ts';
import { type Condition, type EventMap, eventMap, matches, parseQuery } from '../chain/event-query.ts';
import { JsonText, type RpcId, resultText } from './protocol.ts';

const MAX_CLIENTS = 100;
const MAX_PER_CLIENT = 5;

export interface Subscriber {
  send(text: string): void;
}

interface Subscription {
  id: RpcId;
  query: string;
  conditions: Condition[];
}

/** One event with its index, and its text made on first use. */
interface Published {
  events: EventMap;
  text(): string;
}

export class Subscriptions {
  private readonly clients = new Map<Subscriber, Map<string, Subscription>>();
  private readonly unsubscribeChain: () => void;

  constructor(chain: Chain) {
    this.unsubscribeChain = chain.blocks.add((record) => this.publish(record));
  }

  get clientCount(): number {
    return this.clients.size;
  }

  /** @throws Error when a limit is reached, the query is malformed, or subscribed already */
  add(client: Subscriber, id: RpcId, query: string): void {
    const conditions = parseQuery(query);
    const own = this.clients.get(client) ?? new Map<string, Subscription>();
    if (!this.clients.has(client) && this.clients.size >= MAX_CLIENTS) {
      throw new Error(`max_subscription_clients ${MAX_CLIENTS} reached`);
    }
    if (own.has(query)) throw new Error('already subscribed');
    if (own.size >= MAX_PER_CLIENT) throw new Error(`max_subscriptions_per_client ${MAX_PER_CLIENT} reached`);
    own.set(query, { id, query, conditions });
    this.clients.set(client, own);
  }

  /** @throws Error when there is no such subscription */
  remove(client: Subscriber, query: string): void {
    const own = this.clients.get(client);
    if (!own?.delete(query)) throw new Error('subscription not found');
    if (own.size === 0) this.clients.delete(client);
  }

  removeAll(client: Subscriber): void {
    this.clients.delete(client);
  }

  close(): void {
    this.unsubscribeChain();
    this.clients.clear();
  }

  private publish(record: BlockRecord): void {
    if (this.clients.size === 0) return;
    const published = publishedOf(record);
    for (const [client, own] of [...this.clients]) {
      for (const { id, query, conditions } of own.values()) {
        for (const event of published) {
          if (!matches(conditions, event.events)) continue;
          client.send(resultText(id, new JsonText(`{"query":${JSON.stringify(query)},${event.text()}}`)));
        }
      }
    }
  }
}

/** Results as the node pushes them: lists instead of null. */
const beginOf = ({ results }: BlockRecord) => ({
  events: results.begin_block_events ?? [],
  extra_data: results.begin_block_extra_data,
});

const endOf = ({ results }: BlockRecord) => ({
  validator_updates: [],
  consensus_param_updates: results.consensus_param_updates,
  events: results.end_block_events ?? [],
  extra_data: results.end_block_extra_data,
});

function publishedOf(record: BlockRecord): Published[] {
  const { block } = record.block;
  const { results } = record;
  const blockEvents = [...(results.begin_block_events ?? []), ...(results.end_block_events ?? [])];
  const height = String(record.height);
  const both = { result_begin_block: beginOf(record), result_end_block: endOf(record) };
  const num_txs = String(block.data.txs.length);
  return [
    published('NewBlock', eventMap(blockEvents, { 'tm.event': 'NewBlock', 'block.height': height }), () => ({
      block,
      ...both,
    })),
    published(
      'NewBlockHeader',
      eventMap(blockEvents, { 'tm.event': 'NewBlockHeader', 'block.height': height }),
      () => ({
        header: block.header,
        num_txs,
        ...both,
      }),
    ),
    ...(results.txs_results ?? []).map((result, index) => {
      const tx = block.data.txs[index]!;
      const more = { 'tm.event': 'Tx', 'tx.hash': txHash(Buffer.from(tx, 'base64')), 'tx.height': height };
      return published('Tx', eventMap(result.events, more), () => ({ TxResult: { height, index, tx, result } }));
    }),
  ];
}

function published(name: string, events: EventMap, value: () => unknown): Published {
  let text: string | undefined;
  const make = () => {
    const data = JSON.stringify({ type: `tendermint/event/${name}`, value: value() });
    // Go writes maps by key
    const sorted = [...events].sort(([a], [b]) => (a < b ? -1 : 1));
    return `"data":${data},"events":${JSON.stringify(Object.fromEntries(sorted))}`;
  };
  return {
    events,
    text() {
      text ??= make();
      return text;
    },
  };
}
