/** A devnet whose first provider runs in processes of its own, with many uploads at it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserClient } from '@prairie/client';
import { GfSpError } from '@prairie/gfsp';
import { TestAccount } from './account.ts';
import { type DevnetProcess, startDevnet } from './devnet-process.ts';
import { expectSealed } from './sealed.ts';
import { contentOf, inChunks } from './uploads.ts';

export type Contents = ReadonlyMap<string, Buffer>;

export interface Round {
  acknowledged: string[];
  /** Object → code of the answer, or how the connection ended. */
  refused: Map<string, string>;
}

const PARALLEL = 8;
const SEAL_SECONDS = 180;
const AFTER_REFUSAL_MS = 250;

export class SplitNetwork {
  readonly dataDir: string;
  readonly devnet: DevnetProcess;
  readonly owner: TestAccount;
  readonly client: UserClient;
  readonly bucket: string;

  private constructor(dataDir: string, devnet: DevnetProcess, bucket: string) {
    this.dataDir = dataDir;
    this.devnet = devnet;
    this.bucket = bucket;
    this.owner = new TestAccount(devnet);
    this.client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: this.owner.privateKey });
  }

  /** With a bucket at the split provider. `args` are more options of `prairie devnet`. */
  static async start(bucket: string, args: readonly string[] = []): Promise<SplitNetwork> {
    const dataDir = mkdtempSync(join(tmpdir(), 'prairie-split-'));
    const ports = ['--rpc-port', '0', '--sp-port', '0', '--block-time', '200'];
    const devnet = await startDevnet(['--data-dir', dataDir, ...ports, '--shape', 'split', ...args]);
    const network = new SplitNetwork(dataDir, devnet, bucket);
    await network.owner.createBucket(bucket);
    return network;
  }

  async stop(): Promise<void> {
    await this.devnet.end('SIGTERM');
    this.owner.close();
    this.client.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Objects on the chain whose contents are still to be uploaded; mostly small. */
  async createContents(prefix: string, count: number, random: () => number): Promise<Contents> {
    const contents = new Map(
      Array.from({ length: count }, (_, index) => {
        const size = 1 + Math.floor(random() ** 3 * 400_000);
        return [`${prefix}-${index}`, contentOf(size, random() * 2 ** 32)] as const;
      }),
    );
    await this.owner.createObjects(this.bucket, contents);
    return contents;
  }

  /** Eight at a time; every upload has its end in what it resolves with. `onEnd` is told how many have ended. */
  async uploadAll(contents: Contents, onEnd: (count: number) => void = () => {}): Promise<Round> {
    const round: Round = { acknowledged: [], refused: new Map() };
    let ended = 0;
    const queue = [...contents];
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [object, content] = next;
        const body = inChunks(content);
        await this.client.putObject({ bucket: this.bucket, object, size: content.length, body }).then(
          () => round.acknowledged.push(object),
          (error: unknown) => {
            round.refused.set(object, refusal(error));
            // as a client does that wants to be served
            return sleep(AFTER_REFUSAL_MS);
          },
        );
        onEnd(++ended);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    return round;
  }

  /** On the chain, on the disks of all seven providers, and byte for byte as the client reads it. */
  async expectSealed(names: Iterable<string>, contents: Contents): Promise<void> {
    const wanted = [...names].map((name) => [name, contents.get(name)!] as const);
    await expectSealed({ ...this, seconds: SEAL_SECONDS, log: this.devnet.log }, wanted);
  }
}

function refusal(error: unknown): string {
  if (error instanceof GfSpError) return String(error.innerCode);
  const { message } = error as Error;
  return /socket hang up|E[A-Z]{5,}/.exec(message)?.[0] ?? message;
}

/** `60002: 3, ECONNRESET: 1`. */
export function summaryOf(refused: ReadonlyMap<string, string>): string {
  const counts = new Map<string, number>();
  for (const reason of refused.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${reason}: ${count}`).join(', ');
}
