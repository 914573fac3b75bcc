/** What the storage commands share: a chain, a key, and the provider of a bucket. */
import { ChainClient, type ExecutedTx, type TxMessage, TxSender } from '@prairie/chain';
import { UserClient } from '@prairie/client';
import { mnemonicAccounts, USER_MNEMONIC } from '@prairie/devnet/accounts';
import { defaultOptions } from '@prairie/devnet/options';
import { type Command, Option } from 'commander';
import { createOutput, type Output, UsageError } from './output.ts';

export interface SessionFlags {
  rpc: string;
  chainId: string;
  privateKey?: string;
  json?: boolean;
}

/** Options that every command with a session takes. */
export function withSession(command: Command): Command {
  return command
    .addOption(
      new Option('--rpc <url>', "the chain's RPC")
        .env('PRAIRIE_RPC')
        .default(`http://127.0.0.1:${defaultOptions.rpcPort}`),
    )
    .option('--chain-id <id>', 'chain id', defaultOptions.chainId)
    .addOption(
      new Option('--private-key <hex>', "key of the account (default: the devnet's first)").env('PRAIRIE_PRIVATE_KEY'),
    )
    .option('--json', 'one JSON line');
}

export class Session {
  readonly output: Output;
  readonly chain: ChainClient;
  readonly address: string;
  readonly #privateKey: Buffer;
  readonly #sender: TxSender;
  readonly #clients: UserClient[] = [];

  private constructor(flags: SessionFlags) {
    this.output = createOutput(flags.json === true);
    this.#privateKey = privateKeyOf(flags);
    this.chain = new ChainClient({ rpcUrl: flags.rpc, chainId: flags.chainId });
    this.#sender = new TxSender({ privateKey: this.#privateKey }, { client: this.chain });
    this.address = this.#sender.address;
  }

  /** Runs `work` and closes every connection behind it. */
  static async run(flags: SessionFlags, work: (session: Session) => Promise<void>): Promise<void> {
    const session = new Session(flags);
    try {
      await work(session);
    } finally {
      for (const client of session.#clients) client.close();
      session.chain.close();
    }
  }

  /** Sends a transaction, simulated first, and waits for its block. */
  transact(messages: readonly TxMessage[]): Promise<ExecutedTx> {
    return this.#sender.sendAndWait(messages);
  }

  clientOf(endpoint: string): UserClient {
    const client = new UserClient({ endpoint, privateKey: this.#privateKey });
    this.#clients.push(client);
    return client;
  }

  /** A client of the bucket's primary provider. */
  async bucketClient(bucket: string): Promise<UserClient> {
    const found = await this.chain.bucket(bucket);
    if (!found) throw new UsageError(`there is no bucket ${bucket}`, `prairie bucket create gnfd://${bucket}`);
    const family = await this.chain.family(found.bucket_info.global_virtual_group_family_id);
    const sp = family && (await this.chain.spById(family.primary_sp_id));
    if (!sp) throw new Error(`the provider of bucket ${bucket} is not on the chain`);
    return this.clientOf(sp.endpoint);
  }
}

function privateKeyOf(flags: SessionFlags): Buffer {
  if (flags.privateKey === undefined) return mnemonicAccounts(USER_MNEMONIC, 1)[0]!.privateKey;
  const hex = flags.privateKey.replace(/^0x/, '');
  if (/^[0-9a-fA-F]{64}$/.test(hex)) return Buffer.from(hex, 'hex');
  throw new UsageError(
    'the private key must be 64 hex digits, with or without 0x',
    'check --private-key or PRAIRIE_PRIVATE_KEY',
  );
}
