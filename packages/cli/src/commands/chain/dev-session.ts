/** What the verbs of `prairie chain` share: the chain's port, and how its refusals are said. */
import { DevClient, RpcError } from '@prairie/chain';
import { defaultOptions } from '@prairie/devnet/options';
import { type Command, Option } from 'commander';
import { createOutput, type Output, UsageError } from '../../output.ts';

export interface DevFlags {
  rpc: string;
  json?: boolean;
}

export interface DevSession {
  client: DevClient;
  output: Output;
}

/** A verb with the options that all have. */
export function verb(chain: Command, name: string, summary: string, examples: readonly string[]): Command {
  return chain
    .command(name)
    .summary(summary)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
    .addOption(
      new Option('--rpc <url>', "the chain's RPC")
        .env('PRAIRIE_RPC')
        .default(`http://127.0.0.1:${defaultOptions.rpcPort}`),
    )
    .option('--json', 'one JSON line')
    .addHelpText('after', `\nExample:\n${examples.map((line) => `  prairie chain ${line}\n`).join('')}`);
}

/** Runs `work` and closes the connection behind it. @throws UsageError for what the chain refuses */
export async function withChain(flags: DevFlags, work: (session: DevSession) => Promise<void>): Promise<void> {
  const client = new DevClient({ url: flags.rpc });
  try {
    await work({ client, output: createOutput(flags.json === true) });
  } catch (error) {
    throw explained(error, flags);
  } finally {
    client.close();
  }
}

const NO_SUCH_METHOD = -32601;
const INVALID_PARAMS = -32602;

function explained(error: unknown, { rpc }: DevFlags): unknown {
  if (!(error instanceof RpcError)) return error;
  if (error.code === NO_SUCH_METHOD) {
    return new UsageError(
      `the node at ${rpc} gives no developer powers: it is a real one, or a chain that was started without`,
      'name a devnet with --rpc, or start one: npm start',
    );
  }
  return error.code === INVALID_PARAMS ? new UsageError(error.data, 'prairie chain status, or --help') : error;
}

export const MAX_ID = 2 ** 31 - 1;
