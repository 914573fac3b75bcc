/** For tests of the block syncer, here and from outside. */
export {
  blockOf,
  eventOf,
  type GeneratedOptions,
  generatedBlocks,
  OWNER,
  randomOf,
} from './generated-chain.ts';
export { type Dump, dumpOf, syncKilled } from './kills.ts';
export { emptyBlock, inMemory, RecordedChain, recordedBlocks, recordedRows } from './recorded-chain.ts';
