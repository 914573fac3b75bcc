/** All modules of the chain, in their order, with their messages and queries by name. */
import type { ChainModule, Context, MessageHandler, QueryHandler } from '../context.ts';
import type { Upgrade } from '../upgrades.ts';

export class Registry {
  readonly modules: readonly ChainModule[];
  private readonly handlers = new Map<string, MessageHandler>();
  private readonly queries = new Map<string, QueryHandler>();
  private readonly endOrder: readonly ChainModule[];

  /** `endBlockOrder` lists module names; modules that it does not name run before those it names. */
  constructor(modules: readonly ChainModule[], endBlockOrder: readonly string[]) {
    this.modules = modules;
    for (const module of modules) {
      for (const handler of module.messages) this.add(this.handlers, handler.type.typeUrl, handler, module);
      for (const [path, query] of Object.entries(module.queries)) this.add(this.queries, path, query, module);
    }
    const rank = (module: ChainModule) => endBlockOrder.indexOf(module.name);
    this.endOrder = modules.toSorted((a, b) => rank(a) - rank(b));
  }

  handler(typeUrl: string): MessageHandler | undefined {
    return this.handlers.get(typeUrl);
  }

  query(path: string): QueryHandler | undefined {
    return this.queries.get(path);
  }

  get queryPaths(): string[] {
    return [...this.queries.keys()];
  }

  get messageUrls(): string[] {
    return [...this.handlers.keys()];
  }

  upgrade(ctx: Context, upgrade: Upgrade): void {
    for (const module of this.modules) module.upgrade?.(ctx, upgrade);
  }

  beginBlock(ctx: Context): void {
    for (const module of this.modules) module.beginBlock?.(ctx);
  }

  endBlock(ctx: Context): void {
    for (const module of this.endOrder) module.endBlock?.(ctx);
  }

  private add<T>(map: Map<string, T>, name: string, value: T, module: ChainModule): void {
    if (map.has(name)) throw new Error(`module ${module.name}: ${name} is handled by another module already`);
    map.set(name, value);
  }
}
