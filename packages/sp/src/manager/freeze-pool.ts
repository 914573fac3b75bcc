/** How long a provider that failed is left alone (`reference/tasks-and-manager.md` §9.6). */
const FREEZE_MS = 300_000;

/** Providers that failed lately, each with the groups that are not picked because of it. */
export class FreezePool {
  readonly #frozen = new Map<number, { groups: Set<number>; until: number }>();

  /** From now on the provider joins no new group, and these of its groups are not picked, for five minutes. */
  freeze(spId: number, groups: readonly number[]): void {
    const known = this.#frozen.get(spId);
    const all = new Set([...(known?.groups ?? []), ...groups]);
    this.#frozen.set(spId, { groups: all, until: Date.now() + FREEZE_MS });
  }

  isProviderFrozen(spId: number): boolean {
    return this.#current().has(spId);
  }

  isGroupFrozen(gvgId: number): boolean {
    for (const { groups } of this.#current().values()) if (groups.has(gvgId)) return true;
    return false;
  }

  /** Of the given providers, those that are not frozen. When they are fewer than `needed`, all are released. */
  keepEnough(providers: readonly number[], needed: number): void {
    const free = providers.filter((id) => !this.isProviderFrozen(id));
    if (free.length < needed) this.releaseAll();
  }

  releaseAll(): void {
    this.#frozen.clear();
  }

  #current(): Map<number, { groups: Set<number> }> {
    const now = Date.now();
    for (const [id, { until }] of this.#frozen) if (until <= now) this.#frozen.delete(id);
    return this.#frozen;
  }
}
