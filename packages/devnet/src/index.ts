export { type Account, mnemonicAccounts, providerKeys, USER_MNEMONIC, validatorKeys } from './accounts.ts';
export { type ChainOnly, type ChainOnlyOptions, startChainOnly } from './chain-only.ts';
export { DatabaseServerError, forgetDatabases, parseDatabaseServer } from './database-server.ts';
export { Devnet } from './devnet.ts';
export { GenesisFileError } from './genesis.ts';
export { forget, LayoutError } from './layout.ts';
export {
  type DevnetOptions,
  type DevnetSummary,
  defaultOptions,
  type EndpointStyle,
  MINIMUM_FOR_UPLOADS,
} from './options.ts';
export { forgetPieces, PiecesError, parseBucketPattern } from './pieces.ts';
export { choosePorts } from './ports.ts';
