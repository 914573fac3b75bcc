import type { Logger, Modules, ResourceScope } from '@prairie/gfsp';
import type { HttpObserver, RunTask } from '@prairie/observe';
import type { Parts } from './extension.ts';
import type { Foundations } from './foundations.ts';
import type { ProviderSettings } from './settings.ts';

/** What a module is made from. */
export interface ModuleContext {
  readonly settings: ProviderSettings;
  /** All other modules, here or in another process. */
  readonly client: Modules;
  /** Tables, pieces, chain; each is opened when it is first asked for. */
  readonly foundations: Foundations;
  /** The module's share of memory and task slots. */
  readonly resources: ResourceScope;
  /** Adds the module's name to every line. */
  readonly logger: Logger;
  readonly parts: Parts;
  /** Told of every request that the gateway serves. */
  readonly http: HttpObserver | undefined;
  /** Stands around the executor's tasks. */
  readonly runTask: RunTask | undefined;
}
