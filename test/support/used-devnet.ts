import { UserClient } from '@prairie/client';
import { TestAccount } from './account.ts';
import { type DevnetProcess, startDevnet } from './devnet-process.ts';

/** A devnet with an account, and its client at the first provider: for suites that stop it and start it again. */
export interface UsedDevnet {
  devnet: DevnetProcess;
  owner: TestAccount;
  client: UserClient;
}

/** With whatever an earlier one has left in `dataDir`; `args` are further ones of `prairie devnet`. */
export async function startUsedDevnet(dataDir: string, args: readonly string[] = []): Promise<UsedDevnet> {
  const ports = ['--rpc-port', '0', '--sp-port', '0'];
  const devnet = await startDevnet(['--data-dir', dataDir, ...ports, '--block-time', '200', ...args]);
  const owner = new TestAccount(devnet);
  const client = new UserClient({ endpoint: devnet.sps[0]!.endpoint, privateKey: owner.privateKey });
  return { devnet, owner, client };
}

/** Exit code of the devnet's process; null when the signal ended it. */
export async function stopUsedDevnet({ devnet, owner, client }: UsedDevnet, signal: NodeJS.Signals) {
  const code = await devnet.end(signal);
  owner.close();
  client.close();
  return code;
}
