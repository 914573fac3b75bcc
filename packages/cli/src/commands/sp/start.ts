/** `prairie sp start`: one provider, or some of its modules, in this process until a signal. */
import { ConfigError, type GivenValue, type SpConfig, startProblems } from '@prairie/sp/config';
import { type Command, Option } from 'commander';
import { createOutput, type Output, toJsonLine } from '../../output.ts';
import { stopSignal } from '../../stop-signal.ts';
import { VERSION } from '../../version.ts';
import { type ConfigFlags, readConfig, unusable, withConfig } from './configuration.ts';

/** What a stop may take beyond the time to drain: closing files and connections. */
const CLOSE_MS = 10_000;

/** Options that stand for a key of the configuration. */
const shortcuts = [
  ['services', '--services <names>', 'Server', 'modules to run, with commas between (default: all)'],
  ['grpcAddress', '--grpc-address <host:port>', 'GRPCAddress', 'where other processes reach these modules'],
  ['httpAddress', '--http-address <host:port>', 'Gateway.HTTPAddress', 'where the gateway listens'],
  ['metricsAddress', '--metrics-address <host:port>', 'Monitor.MetricsHTTPAddress', 'where /metrics is'],
  ['probeAddress', '--probe-address <host:port>', 'Monitor.ProbeHTTPAddress', 'where /-/healthy and /-/ready are'],
  ['dataDir', '--data-dir <dir>', 'Prairie.DataDir', 'folder of tables and pieces'],
  ['logLevel', '--log-level <level>', 'Log.Level', 'least level of log lines: debug, info, warn, error, panic'],
  ['logPath', '--log-path <file>', 'Log.Path', 'file of the log'],
] as const;

interface StartFlags extends ConfigFlags, Partial<Record<(typeof shortcuts)[number][0], string>> {
  logStd?: boolean;
}

export function startVerb(sp: Command): void {
  const command = withConfig(sp.command('start').summary('run a provider, or some of its modules'));
  for (const [, flags, path, about] of shortcuts) command.option(flags, `${about} [${path}]`);
  command
    .addOption(new Option('--log-std', 'no log file: lines go to the terminal only').conflicts('logPath'))
    .addHelpText(
      'after',
      '\nExample:\n  prairie sp start --config config.toml\n  prairie sp start --config config.toml --services gateway,uploader\n',
    )
    .action(start);
}

async function start(flags: StartFlags): Promise<void> {
  const output = createOutput(flags.json === true);
  const { config, warnings } = readConfig(flags, valuesOf(flags));
  const problems = startProblems(config);
  if (problems.length > 0) throw unusable(new ConfigError(problems, flags.config), flags.config);
  for (const warning of warnings) warn(output, warning);
  // the provider is loaded only here: the other commands start without it
  const { startProcess } = await import('@prairie/sp');
  const asked = stopSignal(['SIGINT', 'SIGTERM', 'SIGHUP']);
  const running = await startProcess(config, {
    version: VERSION,
    ...(flags.config === undefined ? {} : { configPath: flags.config }),
  });
  output.result(running.summary, described(config, running.summary));
  try {
    const byItself = await Promise.race([asked.then(() => false), running.stopped.then(() => true)]);
    if (byItself) throw new Error('the provider stopped by itself; its log says why');
  } finally {
    await stopWithin(config.prairie.drainSeconds * 1000 + CLOSE_MS, () => running.stop());
  }
}

/** Ends the process as failed when the stop takes longer. */
async function stopWithin(ms: number, stop: () => Promise<void>): Promise<void> {
  const deadline = setTimeout(() => process.exit(1), ms);
  await stop();
  clearTimeout(deadline);
}

function valuesOf(flags: StartFlags): GivenValue[] {
  const given = shortcuts.flatMap(([property, option, path]) => {
    const text = flags[property];
    return text === undefined ? [] : [{ path, text, source: option.split(' ')[0]! }];
  });
  return flags.logStd ? [...given, { path: 'Log.Path', text: '', source: '--log-std' }] : given;
}

function warn(output: Output, warning: string): void {
  process.stderr.write(output.json ? `${toJsonLine({ warning })}\n` : `warning: ${warning}\n`);
}

/** One line: who runs, and where. */
function described({ appId, spAccount }: SpConfig, summary: object): string {
  const parts = Object.entries(summary).map(([name, value]) => `${name} ${shown(value)}`);
  return `${appId} of ${spAccount.spOperatorAddress} is ready: ${parts.join(' · ')}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' ? toJsonLine(value) : String(value);
}
