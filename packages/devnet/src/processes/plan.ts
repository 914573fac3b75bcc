/** Which processes a devnet's providers run in. */
import type { DevnetOptions } from '../options.ts';

/** One process of a provider. */
export interface ProcessPlan {
  /** Provider, from 1. */
  sp: number;
  /** `sp1`, `sp1-uploader-2`: unique in the devnet. */
  name: string;
  /** Its modules; empty for all. */
  services: readonly string[];
}

/** A process for each module, two of what may be several; those that are called come before those that call. */
const EACH_ALONE = [
  ...['signer', 'blocksyncer', 'manager', 'metadata', 'authenticator', 'approver', 'receiver'],
  ...['uploader', 'uploader', 'downloader', 'downloader', 'taskexecutor', 'taskexecutor', 'gateway'],
].map((service) => [service]);

/** Processes beside the devnet's own: none, one for each provider, or those of the first provider. */
export function processesOf({ shape = 'one', providers, split = EACH_ALONE }: DevnetOptions): ProcessPlan[] {
  if (shape === 'one') return [];
  if (shape === 'processes') {
    return Array.from({ length: providers }, (_, index) => ({ sp: index + 1, name: `sp${index + 1}`, services: [] }));
  }
  const seen = new Map<string, number>();
  return split.map((services) => {
    const name = `sp1-${services.join('+')}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const isSingle = split.filter((other) => other.join() === services.join()).length === 1;
    return { sp: 1, name: isSingle ? name : `${name}-${count}`, services };
  });
}
