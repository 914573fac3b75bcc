/** Whether objects came through whole: on the chain, on the providers' disks, and as a client reads them. */
import assert from 'node:assert/strict';
import type { UserClient } from '@prairie/client';
import type { TestAccount } from './account.ts';
import { faultsOf, type PieceFolders } from './pieces.ts';
import { readObject } from './uploads.ts';

export interface SealedIn {
  owner: TestAccount;
  client: UserClient;
  bucket: string;
  dataDir: string;
  /** Default: in the data folder. */
  pieces?: PieceFolders;
  /** How long a seal is waited for. Default 60 s. */
  seconds?: number;
  /** What the network wrote; told when a seal does not come. */
  log: () => string;
}

/** Each object is sealed, its pieces have the checksums on chain, and its bytes are `content`. */
export async function expectSealed(
  { owner, client, bucket, dataDir, pieces, seconds, log }: SealedIn,
  contents: Iterable<readonly [name: string, content: Buffer]>,
): Promise<void> {
  for (const [name, content] of contents) {
    await owner.sealed(bucket, name, seconds).catch((cause) => {
      throw new Error(`${name} is not sealed; the devnet's log:\n${log()}`, { cause });
    });
    assert.ok((await readObject(client, bucket, name)).equals(content), `${name} has other bytes than were uploaded`);
    assert.deepEqual(faultsOf(pieces ?? dataDir, (await owner.chain.object(bucket, name))!), []);
  }
}
