/** A node for tests, on real sockets: JSON-RPC over HTTP and WebSocket, blocks made on demand, misbehaviour too. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ChainEvent } from '../events.ts';
import type { RpcHeader, RpcTxResult } from '../rpc.ts';
import { txHash } from '../tx.ts';

export class FakeRpcError extends Error {
  readonly data: string;
  constructor(data: string) {
    super('Internal error');
    this.data = data;
  }
}

type Params = Record<string, string>;
type Handler = (params: Params) => unknown;

interface FakeBlock {
  header: RpcHeader;
  txs: Buffer[];
  results: RpcTxResult[];
  begin: ChainEvent[];
}

interface FakeBlockOptions {
  /** Of all transactions. */
  code?: number;
  /** Whether it is announced. */
  push?: boolean;
  results?: RpcTxResult[];
}

const ZERO_HASH = '00'.repeat(32);
const NO_ID = { hash: '', parts: { total: 0, hash: '' } };

/** How a node answers a call before it looks at it. */
type Trouble = 'none' | 'drop' | 'hang' | 'http-500';

export class FakeNode {
  /** Of the blocks. */
  chainId = 'greenfield_9000-121';
  /** Chain that the node says it is of. */
  network: string = this.chainId;
  catchingUp = false;
  trouble: Trouble = 'none';
  /** Newest blocks that this node does not have yet. */
  behind = 0;
  /** Method → number of calls. */
  readonly calls = new Map<string, number>();
  /** Answers of methods that the node does not have itself. Throw {@link FakeRpcError} to refuse. */
  readonly handlers = new Map<string, Handler>();
  readonly blocks: FakeBlock[];
  /** Nodes that have the same blocks. */
  private readonly peers: FakeNode[];
  /** Whether WebSocket connections are accepted. */
  acceptSockets = true;
  private server!: Server;
  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly subscribers = new Set<WebSocket>();

  /** `peer`: a node of the same chain. */
  constructor(peer?: FakeNode) {
    this.blocks = peer?.blocks ?? [];
    this.peers = peer?.peers ?? [];
    this.peers.push(this);
  }

  /** Listens on the port, or any free one. */
  async start(port = 0): Promise<string> {
    this.server = createServer((request, response) => void this.serve(request, response));
    this.server.on('upgrade', (request, socket, head) => {
      if (!this.acceptSockets) socket.destroy();
      else this.sockets.handleUpgrade(request, socket, head, (ws) => this.accept(ws));
    });
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.dropSockets();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get height(): number {
    return Math.max(0, this.blocks.length - this.behind);
  }

  count(method: string): number {
    return this.calls.get(method) ?? 0;
  }

  dropSockets(): void {
    for (const ws of this.sockets.clients) ws.terminate();
  }

  /** Resolves when someone has subscribed to blocks. */
  async subscribed(): Promise<void> {
    while (this.subscribers.size === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  /** Makes a block and tells the subscribers. */
  addBlock(
    txs: Buffer[] = [],
    { code = 0, push = true, results = txs.map(() => fakeResult(code)) }: FakeBlockOptions = {},
  ): void {
    const height = this.blocks.length + 1;
    const begin = [{ type: 'begin', attributes: [{ key: 'height', value: String(height), index: true }] }];
    this.blocks.push({ header: fakeHeader(this.chainId, height), txs, results, begin });
    if (push) for (const peer of this.peers) peer.push(peer.height);
  }

  private push(height: number): void {
    if (height === 0 || this.trouble !== 'none') return;
    const { header, txs, begin } = this.blocks[height - 1]!;
    const value = {
      block: { header, data: { txs: txs.map((tx) => tx.toString('base64')) } },
      result_begin_block: { events: begin },
      result_end_block: { events: [] },
    };
    const data = { type: 'tendermint/event/NewBlock', value };
    const frame = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { query: "tm.event='NewBlock'", data } });
    for (const ws of this.subscribers) ws.send(frame);
  }

  private accept(ws: WebSocket): void {
    ws.on('message', () => {
      this.subscribers.add(ws);
      ws.send(JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} }));
    });
    ws.on('close', () => this.subscribers.delete(ws));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: Params };
    this.calls.set(method, this.count(method) + 1);
    if (this.trouble !== 'none') return this.misbehave(response);
    let answer: object;
    try {
      answer = { result: await this.answer(method, params) };
    } catch (error) {
      if (!(error instanceof FakeRpcError)) {
        response.socket?.destroy();
        return;
      }
      answer = { error: { code: -32603, message: error.message, data: error.data } };
    }
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
  }

  private misbehave(response: ServerResponse): void {
    if (this.trouble === 'drop') response.socket?.destroy();
    else if (this.trouble === 'http-500') response.writeHead(502).end('<html>bad gateway');
  }

  private answer(method: string, params: Params): unknown {
    const handler = this.handlers.get(method);
    if (handler) return handler(params);
    switch (method) {
      case 'status':
        return {
          node_info: { network: this.network },
          sync_info: { latest_block_height: String(this.height), catching_up: this.catchingUp },
        };
      case 'block':
        return this.blockAnswer(Number(params.height));
      case 'block_results':
        return this.resultsAnswer(Number(params.height));
      case 'tx':
        return this.txAnswer(Buffer.from(params.hash!, 'base64').toString('hex').toUpperCase());
      default:
        throw new FakeRpcError(`no handler for ${method}`);
    }
  }

  private at(height: number): FakeBlock {
    const block = this.blocks[height - 1];
    if (block && height <= this.height) return block;
    throw new FakeRpcError(
      `height ${height} must be less than or equal to the current blockchain height ${this.height}`,
    );
  }

  private blockAnswer(height: number): object {
    const { header, txs } = this.at(height);
    const block_id = { hash: `${height}`.padStart(64, 'A'), parts: { total: 1, hash: ZERO_HASH } };
    return { block_id, block: { header, data: { txs: txs.map((tx) => tx.toString('base64')) } } };
  }

  private resultsAnswer(height: number): object {
    const { results, begin } = this.at(height);
    return {
      height: String(height),
      txs_results: results.length > 0 ? results : null,
      begin_block_events: begin,
      end_block_events: null,
    };
  }

  private txAnswer(hash: string): object {
    for (const [i, block] of this.blocks.slice(0, this.height).entries()) {
      const index = block.txs.findIndex((tx) => txHash(tx) === hash);
      if (index >= 0) return { hash, height: String(i + 1), index, tx_result: block.results[index], tx: '' };
    }
    throw new FakeRpcError(`tx (${hash}) not found`);
  }
}

export function fakeResult(code: number, log = code === 0 ? '[]' : 'failed to execute message'): RpcTxResult {
  return { code, data: null, log, info: '', gas_wanted: '1200', gas_used: '1200', events: [], codespace: '' };
}

function fakeHeader(chain_id: string, height: number): RpcHeader {
  return {
    version: { block: '11' },
    chain_id,
    height: String(height),
    time: new Date(1_700_000_000_000 + height * 500).toISOString(),
    last_block_id: NO_ID,
    last_commit_hash: ZERO_HASH,
    data_hash: ZERO_HASH,
    validators_hash: ZERO_HASH,
    next_validators_hash: ZERO_HASH,
    consensus_hash: ZERO_HASH,
    app_hash: ZERO_HASH,
    last_results_hash: ZERO_HASH,
    evidence_hash: ZERO_HASH,
    proposer_address: '00'.repeat(20),
    randao_mix: '00'.repeat(64),
  };
}
