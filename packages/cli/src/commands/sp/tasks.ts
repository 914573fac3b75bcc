/** `prairie sp tasks`: what a running manager has in its queues. */
import type { SpConfig } from '@prairie/sp/config';
import type { Command } from 'commander';
import { createOutput } from '../../output.ts';
import { type ConfigFlags, readConfig, withConfig } from './configuration.ts';

/** A manager that restarts is back by then; one that is away should be said to be. */
const WAIT_MS = 2000;

interface TasksFlags extends ConfigFlags {
  endpoint?: string;
}

export function tasksVerb(sp: Command): void {
  withConfig(sp.command('tasks').summary('tasks whose key contains a text, as the running manager has them'))
    .argument('<key-part>', 'part of the key, like a number of an object')
    .option('--endpoint <host:port>', "the manager's gRPC address (default: what the configuration says)")
    .addHelpText('after', '\nExample:\n  prairie sp tasks 1042 --endpoint localhost:9333\n')
    .action(query);
}

async function query(keyPart: string, flags: TasksFlags): Promise<void> {
  const { config } = readConfig(flags);
  const endpoints = flags.endpoint === undefined ? managersOf(config) : [flags.endpoint];
  const { connectModules } = await import('@prairie/rpc');
  const { modules, close } = connectModules({ manager: endpoints }, { ...tlsOf(config), waitMs: WAIT_MS });
  try {
    const tasks = await modules.manager.queryTasks(keyPart);
    createOutput(flags.json === true).result(tasks, tasks.join('\n') || `no task has ${keyPart} in its key`);
  } catch (error) {
    throw unreachable(error, endpoints);
  } finally {
    close();
  }
}

/** Where the manager is: in a process of its own, or in the one that the configuration is of. */
function managersOf({ endpoint, grpcAddress }: SpConfig): readonly string[] {
  return endpoint.manager.length > 0 ? endpoint.manager : [grpcAddress];
}

function tlsOf({ prairie: { grpcTlsCa: caFile, grpcTlsCert: certFile, grpcTlsKey: keyFile } }: SpConfig) {
  return caFile === '' ? {} : { tls: { caFile, certFile, keyFile } };
}

function unreachable(error: unknown, endpoints: readonly string[]): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return Object.assign(
    new Error(`the manager at ${endpoints.join(', ')} does not answer: ${reason}`, { cause: error }),
    {
      code: 'NO_MANAGER',
    },
  );
}
