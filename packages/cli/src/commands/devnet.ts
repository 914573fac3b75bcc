/** `prairie devnet`: a chain and its providers in this process, until Ctrl-C. */
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Devnet } from '@prairie/devnet';
import {
  type DevnetOptions,
  defaultOptions,
  type EndpointStyle,
  MINIMUM_FOR_UPLOADS,
  type Shape,
} from '@prairie/devnet/options';
import { createLogger, type Logger, type LogLevel } from '@prairie/gfsp';
import { type Command, Option } from 'commander';
import { createOutput, UsageError } from '../output.ts';
import { stopSignal } from '../stop-signal.ts';
import { wholeNumber } from '../whole-number.ts';
import { card } from './card.ts';
import { type ChainFlags, withChainOptions } from './chain-options.ts';
import { differencesText, genesisFile } from './genesis-file.ts';

const project = fileURLToPath(new URL('../../../../', import.meta.url));
const resolver = fileURLToPath(new URL('../../../devnet/localhost.mjs', import.meta.url));

/** After this long a stop is not waited for any longer. */
const STOP_DEADLINE_MS = 10_000;

interface Flags extends ChainFlags {
  sps: number;
  dataDir: string;
  fresh?: boolean;
  spPort: number;
  endpoints: EndpointStyle;
  shape: Shape;
  split?: string[][];
  set?: string[];
  localupDir?: string;
  genesis?: string;
  database?: string;
  pieces?: string;
  logLevel: LogLevel;
  json?: boolean;
}

export function devnetCommand(program: Command): void {
  const command = program
    .command('devnet')
    .summary('run a whole Greenfield network on this machine')
    .description('Runs an embedded Greenfield chain and storage providers in one process until Ctrl-C.')
    .option('--sps <n>', 'storage providers; 7 at least for uploads', wholeNumber(1, 64), defaultOptions.providers);
  withChainOptions(command)
    .option('--data-dir <dir>', 'where state is kept', resolve(project, '.prairie/devnet'))
    .option('--fresh', 'forget the state first')
    .option(
      '--database <url>',
      'keep tables on a server: postgres://user:password@host:port or mysql://… (databases prairie_sp1_spdb, …)',
    )
    .option(
      '--pieces <url>',
      'keep pieces in buckets of the S3 protocol, one for each provider: http://host:port/pieces-sp%d',
    )
    .option(
      '--sp-port <port>',
      "the first provider's port, the others follow; 0 takes free ones",
      wholeNumber(0, 65535),
      defaultOptions.spPort,
    )
    .addOption(
      new Option('--endpoints <style>', 'how providers publish themselves')
        .choices(['name', 'address'])
        .default('name'),
    )
    .addOption(
      new Option('--shape <shape>', 'all in one process, a process per provider, or the first one split into modules')
        .choices(['one', 'processes', 'split'])
        .default('one'),
    )
    .option(
      '--split <processes>',
      'modules of each process of the first provider, such as gateway,uploader/uploader/manager,signer,…',
      processList,
    )
    .option('--set <key=value...>', "a key of the providers' configuration, see docs/configuration.md")
    .option('--genesis <file>', "fork another network: begin with its genesis file and the devnet's own providers")
    .option('--localup-dir <dir>', 'also write the account files of the upstream scripts')
    .addOption(
      new Option('--log-level <level>', 'least level of log lines')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('warn'),
    )
    .option('--json', 'one line with everything, once all is ready')
    .addHelpText(
      'after',
      '\nExample:\n  prairie devnet --fresh --block-time 0\n  prairie devnet --fresh --genesis genesis.json\n' +
        '  prairie devnet --fresh --database mysql://root:secret@127.0.0.1:3306\n' +
        '  AWS_ACCESS_KEY=key AWS_SECRET_KEY=secret prairie devnet --fresh --pieces http://127.0.0.1:9000/pieces-sp%d\n',
    )
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const dataDir = resolve(flags.dataDir);
  // the network is loaded only here: the other commands start without it
  const network = await import('@prairie/devnet');
  const fork = flags.genesis === undefined ? {} : genesisFile(flags.genesis);
  const database = flags.database === undefined ? undefined : databaseServer(network, flags.database);
  const pieces = flags.pieces === undefined ? undefined : bucketPattern(network, flags.pieces);
  if (flags.fresh) network.forget(dataDir);
  if (flags.fresh && database) await network.forgetDatabases(database, flags.sps);
  if (flags.fresh && pieces) await network.forgetPieces(pieces, flags.sps);
  const options: DevnetOptions = {
    chainId: defaultOptions.chainId,
    ...fork,
    providers: flags.sps,
    blockTimeMs: flags.blockTime,
    rpcPort: flags.rpcPort,
    restPort: flags.restPort,
    spPort: flags.spPort,
    endpoints: flags.endpoints,
    dataDir,
    ...{ database, pieces },
    shape: flags.split ? 'split' : flags.shape,
    ...(flags.split ? { split: flags.split } : {}),
    set: flags.set ?? [],
    logLevel: flags.logLevel,
    localupDir: flags.localupDir && resolve(flags.localupDir),
  };
  if (options.providers < MINIMUM_FOR_UPLOADS) {
    output.say(
      `note: with ${options.providers} providers nothing can be uploaded; ${MINIMUM_FOR_UPLOADS} are needed for a group`,
    );
  }
  const logger = createLogger({ level: flags.logLevel, format: flags.json ? 'json' : 'plain' });
  const stopped = stopSignal();
  const devnet = await start(network, options, logger);
  const { summary, differences } = devnet;
  if (differences.length > 0) output.say(differencesText(flags.genesis!, differences));
  output.result(
    summary,
    card({ ...summary, ...options, resolver: shown(resolver), namedEndpoints: options.endpoints === 'name' }),
  );
  await stopped;
  const deadline = setTimeout(() => process.exit(1), STOP_DEADLINE_MS);
  await devnet.stop();
  clearTimeout(deadline);
}

async function start(
  { Devnet, GenesisFileError, LayoutError }: typeof import('@prairie/devnet'),
  options: DevnetOptions,
  logger: Logger,
): Promise<Devnet> {
  try {
    return await Devnet.start(options, { logger });
  } catch (error) {
    if (error instanceof LayoutError) throw new UsageError(error.message, 'npm start -- --fresh');
    if (error instanceof GenesisFileError) throw new UsageError(error.message, 'check the file of --genesis');
    throw error;
  }
}

function databaseServer({ parseDatabaseServer, DatabaseServerError }: typeof import('@prairie/devnet'), url: string) {
  try {
    return parseDatabaseServer(url);
  } catch (error) {
    if (!(error instanceof DatabaseServerError)) throw error;
    throw new UsageError(
      `--database: ${error.message}`,
      'prairie devnet --database mysql://root:secret@127.0.0.1:3306',
    );
  }
}

function bucketPattern({ parseBucketPattern, PiecesError }: typeof import('@prairie/devnet'), url: string) {
  try {
    return parseBucketPattern(url);
  } catch (error) {
    if (!(error instanceof PiecesError)) throw error;
    throw new UsageError(`--pieces: ${error.message}`, 'prairie devnet --pieces http://127.0.0.1:9000/pieces-sp%d');
  }
}

/** `a,b/c`: two processes, one of two modules. */
function processList(text: string): string[][] {
  return text.split('/').map((modules) => modules.split(',').map((name) => name.trim()));
}

/** A path as the reader can paste it. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : `./${near}`;
}
