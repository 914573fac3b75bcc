/** How others change a provider: modules of their own, and parts in place of ours. */
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  BsDbReader,
  Consensus,
  ModuleDefinition,
  ModuleRegistry,
  PieceStore,
  QueueEngine,
  ResourceManager,
  SpDb,
} from '@prairie/gfsp';
import type { VirtualGroupPicker } from '../manager/index.ts';
import type { ModuleContext } from './context.ts';

/** What stands in place of ours. Each is asked for once per process, when the first module needs it. */
export interface Parts {
  /** Chooses families and groups for buckets and objects. */
  picker?: () => VirtualGroupPicker;
  pieceStore?: () => PieceStore | Promise<PieceStore>;
  spdb?: () => SpDb | Promise<SpDb>;
  /** What metadata reads. The block syncer writes to it too if it is a `BsDb`, and else to its own. */
  bsdb?: () => BsDbReader | Promise<BsDbReader>;
  consensus?: () => Consensus;
  queueEngine?: () => QueueEngine | Promise<QueueEngine>;
  resources?: () => ResourceManager;
}

/** What a package or file of one's own exports under the name `extension`. */
export interface Extension {
  /** One with the name of ours takes its place, others are added. */
  readonly modules?: readonly ModuleDefinition<ModuleContext>[];
  readonly parts?: Parts;
}

/** Adds the modules of `extensions` to the registry. Returns their parts; a later one passes an earlier one. */
export function extend(registry: ModuleRegistry<ModuleContext>, extensions: readonly Extension[]): Parts {
  for (const { modules = [] } of extensions) {
    for (const definition of modules) {
      if (registry.all.some(({ name }) => name === definition.name)) registry.replace(definition);
      else registry.add(definition);
    }
  }
  return Object.assign({}, ...extensions.map(({ parts }) => parts ?? {}));
}

/**
 * Loads what the configuration names: packages, or files (`./mine.ts`, relative to `folder`).
 * @throws Error that names what could not be loaded, and why
 */
export async function loadExtensions(names: readonly string[], folder: string): Promise<Extension[]> {
  return Promise.all(names.map((name) => loadExtension(name, folder)));
}

async function loadExtension(name: string, folder: string): Promise<Extension> {
  const isFile = name.startsWith('.') || isAbsolute(name);
  const specifier = isFile ? pathToFileURL(resolve(folder, name)).href : name;
  let loaded: { extension?: Extension };
  try {
    loaded = (await import(specifier)) as { extension?: Extension };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the plugin ${name} could not be loaded: ${reason}`, { cause: error });
  }
  if (typeof loaded.extension === 'object' && loaded.extension !== null) return loaded.extension;
  throw new Error(`the plugin ${name} exports no "extension": see docs/guides/custom-module.md`);
}
