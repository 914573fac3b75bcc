/** Storage providers by id, by each of their addresses and by status. */
import { greenfieldSp as sp } from '@prairie/chain';
import type { State, Table } from '../../context.ts';
import { addressKey, joinKey, u32Key } from '../../keys.ts';
import { numberCodec, presentCodec } from '../../state/index.ts';

export type StorageProvider = sp.StorageProvider;

/** What a provider is found by. */
export type Role = 'operator' | 'funding' | 'seal' | 'approval' | 'gc' | 'bls';

const { STATUS_IN_SERVICE, STATUS_GRACEFUL_EXITING, STATUS_FORCED_EXITING } = sp.Status;

export class Providers {
  private readonly byIdTable: Table<StorageProvider>;
  private readonly index: Table<number>;
  /** Those that are not in service, by status: few, and what exits and maintenance ask for. */
  private readonly outOfService: Table<true>;
  private readonly latest: Table<number>;

  constructor(state: State) {
    this.byIdTable = state.table('sp/providers', sp.StorageProvider);
    this.index = state.table('sp/index', numberCodec);
    this.outOfService = state.table('sp/out_of_service', presentCodec);
    this.latest = state.table('sp/sequence', numberCodec);
  }

  /** By id. */
  get table(): Table<StorageProvider> {
    return this.byIdTable;
  }

  byId(id: number): StorageProvider | undefined {
    return this.byIdTable.get(u32Key(id));
  }

  /** `value` is an address in any case, or the BLS key as hex. */
  by(role: Role, value: string): StorageProvider | undefined {
    const id = this.index.get(indexKey(role, value));
    return id === undefined ? undefined : this.byId(id);
  }

  /** In id order. */
  all(): StorageProvider[] {
    return [...this.byIdTable.range()].map(([, provider]) => provider);
  }

  nextId(): number {
    const id = (this.latest.get('') ?? 0) + 1;
    this.latest.set('', id);
    return id;
  }

  /** A provider as a genesis file lists it, with its own id. */
  insert(provider: StorageProvider): void {
    if (provider.id > (this.latest.get('') ?? 0)) this.latest.set('', provider.id);
    this.set(provider);
  }

  /** Writes a new or changed provider. Addresses it had before go on leading to it (quirk 8 of chain-state-machine.md §15). */
  set(provider: StorageProvider): void {
    const before = this.byId(provider.id);
    this.byIdTable.set(u32Key(provider.id), provider);
    for (const [role, value] of rolesOf(provider)) {
      const key = indexKey(role, value);
      if (this.index.get(key) !== provider.id) this.index.set(key, provider.id);
    }
    if (before?.status === provider.status) return;
    if (before) this.outOfService.delete(statusKey(before));
    if (provider.status !== STATUS_IN_SERVICE) this.outOfService.set(statusKey(provider), true);
  }

  delete(provider: StorageProvider): void {
    this.byIdTable.delete(u32Key(provider.id));
    this.outOfService.delete(statusKey(provider));
    for (const [role, value] of rolesOf(provider)) {
      if (this.index.get(indexKey(role, value)) === provider.id) this.index.delete(indexKey(role, value));
    }
  }

  withStatus(status: sp.Status): StorageProvider[] {
    const prefix = joinKey(`${status}`, '');
    return [...this.outOfService.range({ prefix })].map(([key]) => this.byIdTable.get(key.slice(prefix.length))!);
  }

  exitingCount(): number {
    return this.withStatus(STATUS_GRACEFUL_EXITING).length + this.withStatus(STATUS_FORCED_EXITING).length;
  }
}

function rolesOf(provider: StorageProvider): [Role, string][] {
  return [
    ['operator', provider.operator_address],
    ['funding', provider.funding_address],
    ['seal', provider.seal_address],
    ['approval', provider.approval_address],
    ['gc', provider.gc_address],
    ['bls', Buffer.from(provider.bls_key).toString('hex')],
  ];
}

const indexKey = (role: Role, value: string): string => joinKey(role, addressKey(value));

const statusKey = (provider: StorageProvider): string => joinKey(`${provider.status}`, u32Key(provider.id));
