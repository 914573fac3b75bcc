/** Maintenance windows of providers (`reference/chain-state-machine.md` §4.1, §12). */
import { enumText, greenfieldSp as sp } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { u32Key } from '../../keys.ts';
import { spErrors } from './errors.ts';
import type { Providers, StorageProvider } from './providers.ts';

/** How often, in blocks, windows that are over are looked for. */
const CLEANUP_INTERVAL = 100n;
const { STATUS_IN_SERVICE, STATUS_IN_MAINTENANCE } = sp.Status;

export class Maintenance {
  private readonly stats: Table<sp.SpMaintenanceStats>;
  private readonly providers: Providers;

  constructor(state: State, providers: Providers) {
    this.stats = state.table('sp/maintenance', sp.SpMaintenanceStats);
    this.providers = providers;
  }

  records(id: number): sp.MaintenanceRecord[] {
    return this.stats.get(u32Key(id))?.records ?? [];
  }

  delete(id: number): void {
    this.stats.delete(u32Key(id));
  }

  /** @throws ChainError sp/16 when the provider was in maintenance too recently or too long */
  begin(ctx: Context, provider: StorageProvider, duration: bigint, params: sp.Params): void {
    const quota = params.maintenance_duration_quota;
    if (duration <= 0n || duration > quota) {
      throw spErrors.statusUpdateNotAllowed(`maintenance of 1 to ${quota} seconds expected, got ${duration}`);
    }
    const records = this.records(provider.id);
    const last = records.at(-1);
    if (last) {
      const free = last.height + params.num_of_lockup_blocks_for_maintenance;
      if (ctx.height < free) throw spErrors.statusUpdateNotAllowed(`next maintenance from height ${free} on`);
      const used = records.reduce((sum, record) => sum + record.actual_duration, 0n);
      if (used + duration > quota) {
        throw spErrors.statusUpdateNotAllowed(`${used} of ${quota} seconds of maintenance used, ${duration} wanted`);
      }
    }
    const record = { height: ctx.height, request_duration: duration, actual_duration: 0n, request_at: ctx.now };
    this.write(provider.id, [...records, record]);
    this.changeStatus(ctx, provider, STATUS_IN_MAINTENANCE);
  }

  end(ctx: Context, provider: StorageProvider): void {
    const records = this.records(provider.id);
    const last = records.at(-1);
    // a provider admitted by governance begins in maintenance without having asked for it
    if (last) {
      this.write(provider.id, [...records.slice(0, -1), { ...last, actual_duration: ctx.now - last.request_at }]);
    }
    this.changeStatus(ctx, provider, STATUS_IN_SERVICE);
  }

  /** Ends windows that are over and forgets records older than the history that counts. */
  endBlock(ctx: Context, params: sp.Params): void {
    if (ctx.height % CLEANUP_INTERVAL !== 0n) return;
    for (const provider of this.providers.withStatus(STATUS_IN_MAINTENANCE)) {
      const last = this.records(provider.id).at(-1);
      if (last && last.request_at + last.request_duration < ctx.now) this.end(ctx, provider);
    }
    const oldest = ctx.height - params.num_of_historical_blocks_for_maintenance_records;
    for (const [key, { records }] of this.stats.range()) {
      const kept = records.filter((record) => record.height >= oldest);
      if (kept.length < records.length) this.stats.set(key, { records: kept });
    }
  }

  private write(id: number, records: sp.MaintenanceRecord[]): void {
    this.stats.set(u32Key(id), { records });
  }

  private changeStatus(ctx: Context, provider: StorageProvider, status: sp.Status): void {
    this.providers.set({ ...provider, status });
    ctx.emitTyped(sp.EventUpdateStorageProviderStatus, {
      sp_id: provider.id,
      sp_address: provider.operator_address,
      pre_status: enumText('greenfield.sp.Status', provider.status),
      new_status: enumText('greenfield.sp.Status', status),
    });
  }
}
