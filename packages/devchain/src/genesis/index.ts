export {
  buildDevnetGenesis,
  type DevnetGenesisOptions,
  extendGenesis,
  type GenesisAccount,
  type GenesisProvider,
  type GenesisValidator,
} from './build.ts';
export { PARAMS as LOCALUP_PARAMS } from './defaults.ts';
export { type Fork, type ForkOptions, forkGenesis } from './fork.ts';
