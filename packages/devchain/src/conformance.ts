/** Compares answers of the node's port with recorded ones, for the conformance suites and this package's tests. */
export { type Answer, ask, askForUpgrade, exchangeMismatch, type RecordedExchange } from './conformance/exchanges.ts';
export { answerMismatch, atReplay, type Depth, outlineOf, type Rule } from './conformance/json-compare.ts';
export { type RecordedHeights, replayHeight } from './conformance/replay-height.ts';
export { RpcServer } from './rpc/server.ts';
