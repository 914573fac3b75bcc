import type { ModuleName } from '../contracts/modules.ts';
import type { AppPart } from './app.ts';

/** How a module is made. `C` is what the program gives to its modules: configuration, stores, client. */
export interface ModuleDefinition<C> {
  /** As in the list of services: lower case letters and digits. */
  readonly name: string;
  /** One line, for lists. */
  readonly description: string;
  /** The contract that it serves to the others; nothing when nobody calls it. */
  readonly serves?: ModuleName;
  /**
   * Called once per process that runs it, before anything starts: it puts the module together and begins nothing. Other
   * modules are not there yet; the client that it gets may be kept, and called from `start` on. What it returns has the
   * name of the definition, and implements the contract it serves. @throws when the module cannot be: nothing starts
   */
  create(context: C): AppPart | Promise<AppPart>;
}

/** The modules that a program knows, its own and those of others. */
export class ModuleRegistry<C> {
  readonly #definitions = new Map<string, ModuleDefinition<C>>();

  constructor(definitions: readonly ModuleDefinition<C>[] = []) {
    for (const definition of definitions) this.add(definition);
  }

  /** In the order they were added; a replacement has the place of what it replaced. */
  get all(): readonly ModuleDefinition<C>[] {
    return [...this.#definitions.values()];
  }

  /** @throws when there is one of that name: `replace` says that this is meant */
  add(definition: ModuleDefinition<C>): this {
    if (!/^[a-z][a-z0-9-]*$/.test(definition.name)) {
      throw new Error(
        `a module is named ${JSON.stringify(definition.name)}: expected lower case letters, digits and -`,
      );
    }
    if (this.#definitions.has(definition.name)) {
      throw new Error(`there is a module ${definition.name} already: choose another name, or replace it`);
    }
    this.#definitions.set(definition.name, definition);
    return this;
  }

  /** Takes the place of the module of the same name. @throws when there is none, or when it serves another contract */
  replace(definition: ModuleDefinition<C>): this {
    const old = this.#definitions.get(definition.name);
    if (!old) throw new Error(`there is no module ${definition.name} to replace: ${this.#names()}`);
    if (old.serves !== definition.serves) {
      throw new Error(
        `module ${definition.name} serves ${old.serves ?? 'nobody'}, its replacement ${definition.serves ?? 'nobody'}`,
      );
    }
    this.#definitions.set(definition.name, definition);
    return this;
  }

  /** The chosen ones in the order of the registry; all for an empty choice. @throws naming those that are not known */
  choose(names: readonly string[]): ModuleDefinition<C>[] {
    const wanted = new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''));
    const unknown = [...wanted].filter((name) => !this.#definitions.has(name));
    if (unknown.length > 0) throw new Error(`unknown module ${unknown.join(', ')}: ${this.#names()}`);
    return wanted.size === 0 ? [...this.all] : this.all.filter(({ name }) => wanted.has(name));
  }

  #names(): string {
    return `modules are ${[...this.#definitions.keys()].sort().join(', ')}`;
  }
}
