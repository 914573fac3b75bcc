/**
 * What a developer may do to a chain and nobody may to a real one, as methods of the node's port. Off by default:
 * then no method of these exists.
 *
 * Whoever reaches the port has these powers. None of them touches files of the machine.
 */
import type { AppKeepers } from '../chain/app.ts';
import type { Chain } from '../chain/chain.ts';
import type { Impersonations } from '../chain/impersonations.ts';
import type { BlockSchedule } from '../chain/schedule.ts';
import type { Context } from '../context.ts';
import type { Method, MethodTable } from '../rpc/methods.ts';
import { auditMethods } from './audit.ts';
import { balanceMethods } from './balance.ts';
import { impersonationMethods } from './impersonation.ts';
import { miningMethods } from './mining.ts';
import { scheduleMethods } from './schedule.ts';
import { snapshotMethods } from './snapshots.ts';
import { StateTransfer } from './state-transfer.ts';
import { statusMethods } from './status.ts';
import { timeMethods } from './time.ts';
import { Turns } from './turns.ts';

export interface PowerOptions {
  /** Where the chain is kept; for its status. */
  dataDir?: string | undefined;
}

interface ChainParts {
  chain: Chain;
  keepers: AppKeepers;
  schedule: BlockSchedule;
  impersonations: Impersonations;
}

export interface PowerDeps extends PowerOptions, ChainParts {
  turns: Turns;
  /** Changes the state in a block of its own, without the transactions that wait. Returns its height. */
  edit(change: (ctx: Context) => void): number;
}

const POWERS: readonly ((deps: PowerDeps) => MethodTable)[] = [
  ...[snapshotMethods, miningMethods, timeMethods, balanceMethods, impersonationMethods],
  ...[scheduleMethods, statusMethods, auditMethods],
];

/** These change nothing, and do not wait for those that do. */
const AT_ONCE: ReadonlySet<string> = new Set(['dev_status', 'dev_snapshots', 'dev_impersonated']);

export class Powers {
  readonly methods: MethodTable;
  private readonly turns = new Turns();
  private readonly transfer: StateTransfer;

  constructor(options: PowerOptions, parts: ChainParts) {
    const { chain } = parts;
    const edit = (change: (ctx: Context) => void) =>
      chain.executeBlock({ time: chain.nextTime(), txs: [], edit: change }).height;
    const deps: PowerDeps = { ...options, ...parts, turns: this.turns, edit };
    this.transfer = new StateTransfer(chain);
    const tables = [...POWERS.map((power) => power(deps)), this.transfer.methods];
    const methods = tables.flatMap((table) => Object.entries(table));
    this.methods = Object.fromEntries(
      methods.map(([name, method]) => [name, AT_ONCE.has(name) ? method : this.inTurn(method)]),
    );
  }

  private inTurn(method: Method): Method {
    return { ...method, handle: (args) => this.turns.take(() => method.handle(args)) };
  }

  /** Resolves when no call runs any more: the chain may be closed. */
  async close(): Promise<void> {
    await this.turns.close();
    this.transfer.close();
  }
}
