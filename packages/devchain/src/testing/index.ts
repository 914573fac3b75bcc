/** For tests and benchmarks outside of this package. */
export { RpcFuzz } from './fuzz/rpc-fuzz.ts';
export { TxFuzz } from './fuzz/tx-fuzz.ts';
export { type TestKey, testChain, testGenesis, testKey } from './network.ts';
export { RandomRun } from './random/run.ts';
export { again, chosenSeed } from './random/seed.ts';
export { deliver, msg, signed } from './sender.ts';
