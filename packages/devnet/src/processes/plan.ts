/** Which processes a devnet's providers run in. */
import type { Shape } from '../options.ts';

/** One process of a provider. */
export interface ProcessPlan {
  /** Provider, from 1. */
  sp: number;
  /** `sp1`, `sp1-uploader-2`: unique in the devnet. */
  name: string;
  /** Its modules; empty for all. */
  services: readonly string[];
}

/** How many processes of each kind a split provider has: two of what may be several. */
const SPLIT: Readonly<Record<string, number>> = {
  signer: 1,
  blocksyncer: 1,
  manager: 1,
  metadata: 1,
  authenticator: 1,
  approver: 1,
  receiver: 1,
  uploader: 2,
  downloader: 2,
  taskexecutor: 2,
  gateway: 1,
};

/** Processes beside the devnet's own: none, one for each provider, or the first provider's modules one by one. */
export function processesOf(shape: Shape, providers: number): ProcessPlan[] {
  if (shape === 'one') return [];
  if (shape === 'processes') {
    return Array.from({ length: providers }, (_, index) => ({ sp: index + 1, name: `sp${index + 1}`, services: [] }));
  }
  return Object.entries(SPLIT).flatMap(([service, count]) =>
    Array.from({ length: count }, (_, index) => ({
      sp: 1,
      name: count === 1 ? `sp1-${service}` : `sp1-${service}-${index + 1}`,
      services: [service],
    })),
  );
}
