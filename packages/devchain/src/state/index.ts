export { ChainState, type Change, type TableSource } from './chain-state.ts';
export { bigintCodec, jsonCodec, numberCodec, presentCodec, textCodec } from './codecs.ts';
export { Layer } from './layer.ts';
