/** A provider in a process of its own beside a chain in another, and an account that has buckets there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChainClient, TxSender } from '@prairie/chain';
import { UserClient } from '@prairie/client';
import { WorkerPool } from '@prairie/redundancy';
import { startDevnet } from '../test/support/devnet-process.ts';
import { processesIn } from '../test/support/processes.ts';
import type { Owner } from './objects.ts';
import { SealWatch } from './seals.ts';

export interface BenchAids {
  /** Ends the run; everything is cleared up. */
  signal: AbortSignal;
  /** For the human who waits. */
  say: (text: string) => void;
}

export interface BenchProvider {
  id: number;
  operatorAddress: string;
  /** Of the provider's process; the chain is in another. */
  pid: number;
  endpoint: string;
  owner: Owner;
  privateKey: Buffer;
  client: UserClient;
  seals: SealWatch;
}

/** After the start: what a provider does once is over. */
const SETTLE_MS = 3000;

/** Runs `work` with a provider that is there for it alone, and clears up. */
export async function* withProvider<T>(
  { signal, say }: BenchAids,
  work: (provider: BenchProvider) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'prairie-bench-'));
  const ports = ['--rpc-port', '0', '--sp-port', '0'];
  const devnet = await startDevnet(['--data-dir', dataDir, '--shape', 'processes', ...ports]);
  const pids = processesIn(dataDir).map(({ pid }) => pid);
  const kill = () => [devnet.process.pid!, ...pids].forEach(endAtOnce);
  process.once('exit', kill);
  try {
    say('devnet ready');
    await sleep(SETTLE_MS, undefined, { signal });
    const [{ id, endpoint, operatorAddress }, entry] = [
      devnet.sps[0]!,
      processesIn(dataDir).find(({ sp }) => sp === 1)!,
    ];
    const privateKey = Buffer.from(devnet.accounts[0]!.privateKey.slice(2), 'hex');
    const chain = new ChainClient({ rpcUrl: devnet.rpc, chainId: devnet.chainId });
    const owner = { chain, sender: new TxSender({ privateKey }, { client: chain }), pool: new WorkerPool(), signal };
    const client = new UserClient({ endpoint, privateKey });
    const seals = await SealWatch.start(chain, signal);
    try {
      yield* work({ id, operatorAddress, pid: entry.pid, endpoint, owner, privateKey, client, seals });
    } finally {
      await seals.close();
      client.close();
      chain.close();
      await owner.pool.close();
    }
  } catch (error) {
    if (!signal.aborted) say(`the devnet's last words:\n${devnet.log().slice(-4000) || '(none)'}`);
    throw error;
  } finally {
    await devnet.end();
    process.off('exit', kill);
    await rm(dataDir, { recursive: true, force: true });
  }
}

function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
