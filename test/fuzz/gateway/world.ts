/** The provider that gets the bad requests: in a process of its own, with a few buckets and objects. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserClient } from '@prairie/client';
import { TestAccount } from '../../support/account.ts';
import { type DevnetProcess, startDevnet } from '../../support/devnet-process.ts';
import { processesIn } from '../../support/processes.ts';
import { contentOf, inChunks } from '../../support/uploads.ts';

export const BUCKET = 'fuzz-bucket';
/** Sealed; empty; and one that waits for its content. */
export const OBJECTS = ['sealed.bin', 'folder/ü+%2F?.bin', 'empty', 'awaited.bin'] as const;

export interface World {
  devnet: DevnetProcess;
  dataDir: string;
  host: string;
  port: number;
  owner: TestAccount;
  stranger: TestAccount;
  /** Of the provider. */
  pid: number;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'prairie-fuzz-'));
  const ports = ['--rpc-port', '0', '--sp-port', '0'];
  const devnet = await startDevnet(['--data-dir', dataDir, '--shape', 'processes', '--block-time', '200', ...ports]);
  const [owner, stranger] = [new TestAccount(devnet, 0), new TestAccount(devnet, 1)];
  const { host, port } = new URL(devnet.sps[0]!.endpoint);
  const world = {
    ...{ devnet, dataDir, host, port: Number(port), owner, stranger },
    pid: processesIn(dataDir).find(({ sp }) => sp === 1)!.pid,
    async close() {
      owner.close();
      stranger.close();
      await devnet.end();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  await fill(world).catch(async (error) => {
    await world.close();
    throw error;
  });
  return world;
}

async function fill({ devnet, owner }: Pick<World, 'devnet' | 'owner'>): Promise<void> {
  const contents = new Map<string, Buffer>(
    OBJECTS.map((name, seed) => [name, contentOf(name === 'empty' ? 0 : 3000, seed)]),
  );
  await owner.createBucket(BUCKET);
  await owner.createObjects(BUCKET, contents);
  const client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
  for (const object of OBJECTS.slice(0, 2)) {
    const content = contents.get(object)!;
    await client.putObject({ bucket: BUCKET, object, size: content.length, body: inChunks(content) });
  }
  for (const object of OBJECTS.slice(0, 2)) await owner.sealed(BUCKET, object);
  client.close();
}

/** Open files, sockets among them. */
export const handlesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

export function rssOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
