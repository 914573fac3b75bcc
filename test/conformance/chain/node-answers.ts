/** Recorded requests to the node's port, asked again at the port of the replayed chain. */
import { txHash } from '@prairie/chain';
import { type OpenedChain, parseTime } from '@prairie/devchain';
import { exchangeMismatch, type RecordedExchange, RpcServer, replayHeight } from '@prairie/devchain/conformance';
import { RECORDED_IDENTITY, type Recording } from './recording.ts';

export class NodeAnswers {
  private readonly opened: OpenedChain;
  private readonly recording: Recording;
  private readonly byHeight: Map<number, RecordedExchange[]>;
  private server: RpcServer | undefined;

  constructor(recording: Recording, opened: OpenedChain) {
    this.recording = recording;
    this.opened = opened;
    const heights = heightsOf(recording);
    this.byHeight = Map.groupBy(recording.exchanges, (exchange) => replayHeight(exchange, heights));
  }

  /** The last height at which something was asked. */
  get until(): number {
    return Math.max(0, ...this.byHeight.keys());
  }

  /** Asks what was asked when the chain was where it is now. Yields each request's name, and what differs. */
  async *ask(): AsyncGenerator<{ name: string; mismatch: string | undefined }> {
    for (const exchange of this.byHeight.get(this.opened.chain.height) ?? []) {
      this.server ??= await this.listen();
      const url = `http://127.0.0.1:${this.server.port}`;
      const mismatch = await exchangeMismatch(url, exchange, (text) => this.translated(text));
      yield { name: `line ${this.recording.exchanges.indexOf(exchange) + 1} (${nameOf(exchange)})`, mismatch };
    }
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  private listen(): Promise<RpcServer> {
    const { chain, keepers, text } = this.opened;
    const deps = { chain, identity: () => RECORDED_IDENTITY, genesis: text, bank: keepers.bank };
    return RpcServer.listen({ port: 0, host: '127.0.0.1' }, deps);
  }

  /** Hashes of recorded blocks become those of this chain's blocks. */
  private translated(text: string): string {
    const { store } = this.opened.chain;
    for (const [height, { block }] of this.recording.blocks) {
      const recorded = Buffer.from(block.block_id.hash, 'hex');
      const [hex, base64] = [block.block_id.hash, recorded.toString('base64')];
      if (!text.includes(hex) && !text.includes(base64)) continue;
      const ours = Buffer.from(store.block(height)!.block.block_id.hash, 'hex');
      return text.replaceAll(hex, ours.toString('hex').toUpperCase()).replaceAll(base64, ours.toString('base64'));
    }
    return text;
  }
}

const nameOf = ({ request, uri, url }: RecordedExchange): string => request?.method ?? uri ?? url ?? '';

function heightsOf({ blocks, times }: Recording): Parameters<typeof replayHeight>[1] {
  const ofTx = new Map<string, number>();
  for (const [height, { block }] of blocks) {
    for (const tx of block.block.data.txs) ofTx.set(txHash(Buffer.from(tx, 'base64')), height);
  }
  const seconds = [...times].map(([height, time]) => ({ height, seconds: parseTime(time).seconds }));
  return {
    ofTx: (hash) => ofTx.get(hash),
    at: (time) => seconds.findLast((block) => block.seconds < BigInt(time))?.height ?? 1,
    last: LAST_HEIGHT,
  };
}

/** Where the recorded chain was when it was asked by hand. */
const LAST_HEIGHT = 5888;
