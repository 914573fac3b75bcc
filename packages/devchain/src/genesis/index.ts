export {
  buildDevnetGenesis,
  type DevnetGenesisOptions,
  type GenesisAccount,
  type GenesisProvider,
  type GenesisValidator,
} from './build.ts';
export { PARAMS as LOCALUP_PARAMS } from './defaults.ts';
