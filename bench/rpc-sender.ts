/** Sends transactions over the port of a node. */
import { Agent, request } from 'node:http';

/** JSON-RPC over one connection that stays open. */
export class RpcSender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** @throws Error when the transaction is refused */
  async broadcast(tx: Buffer): Promise<void> {
    const { code, log } = await this.call('broadcast_tx_sync', { tx: tx.toString('base64') });
    if (code !== 0) throw new Error(`a transaction was refused: ${log}`);
  }

  async pending(): Promise<number> {
    return Number((await this.call('num_unconfirmed_txs', {})).total);
  }

  close(): void {
    this.agent.destroy();
  }

  private call(method: string, params: object): Promise<Record<string, unknown>> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', agent: this.agent, headers: { 'Content-Length': Buffer.byteLength(body) } };
      const sent = request(this.url, options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const { result, error } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
          if (error) reject(new Error(JSON.stringify(error)));
          else resolve(result);
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
