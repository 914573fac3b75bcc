/** The sp module: who provides storage, at what price, and who is away for maintenance. */
import type { ChainModule } from '../../context.ts';
import { genspModule, initSpGenesis } from './genesis.ts';
import { type SpDeps, SpKeeper } from './keeper.ts';
import { spMessages } from './messages.ts';
import { spQueries } from './queries.ts';

/** `genesisModule` reads the `gensp` part of the genesis file; it goes after `module`, bank and auth. */
export function createSpModule(deps: SpDeps): { module: ChainModule; genesisModule: ChainModule; keeper: SpKeeper } {
  const keeper = new SpKeeper(deps);
  const module: ChainModule = {
    name: 'sp',
    messages: spMessages(keeper),
    queries: spQueries(keeper),
    initGenesis: (_ctx, appState) => initSpGenesis(keeper, appState),
    endBlock: (ctx) => keeper.endBlock(ctx),
  };
  return { module, genesisModule: genspModule(keeper), keeper };
}
