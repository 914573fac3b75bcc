/** What the conformance suites compare with recordings. */
export { doneTask, type Piece, pieceTask } from './replication/receive-tasks.ts';
