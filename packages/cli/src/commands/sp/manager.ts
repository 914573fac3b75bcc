/** The manager of a running provider, for the verbs that ask it. */
import { GfSpError, type Manager } from '@prairie/gfsp';
import type { SpConfig } from '@prairie/sp/config';
import { type ConfigFlags, readConfig } from './configuration.ts';

/** A manager that restarts is back by then; one that is away should be said to be. */
export const WAIT_MS = 2000;

/** Calls it at `--endpoint`, or where the configuration says that it is. @throws with code NO_MANAGER when it is away */
export async function withManager<T>(
  flags: ConfigFlags & { endpoint?: string },
  work: (manager: Manager) => Promise<T>,
): Promise<T> {
  const { config } = readConfig(flags);
  const configured = config.endpoint.manager;
  const manager = flags.endpoint ? [flags.endpoint] : configured.length > 0 ? configured : [config.grpcAddress];
  const { connectModules } = await import('@prairie/rpc');
  const { modules, close } = connectModules({ manager }, { ...tlsOf(config), waitMs: WAIT_MS });
  try {
    return await work(modules.manager);
  } catch (error) {
    throw isAway(error) ? unreachable(error, manager) : error;
  } finally {
    close();
  }
}

export function tlsOf({ prairie: { grpcTlsCa: caFile, grpcTlsCert: certFile, grpcTlsKey: keyFile } }: SpConfig) {
  return caFile === '' ? {} : { tls: { caFile, certFile, keyFile } };
}

/** Nobody answers, or the connection broke. */
const isAway = (error: unknown): boolean => error instanceof GfSpError && error.innerCode === 999999;

export function unreachable(error: unknown, endpoints: readonly string[]): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return Object.assign(
    new Error(`the manager at ${endpoints.join(', ')} does not answer: ${reason}`, { cause: error }),
    {
      code: 'NO_MANAGER',
    },
  );
}
