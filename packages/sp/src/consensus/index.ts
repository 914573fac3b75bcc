export { ChainHead } from './chain-head.ts';
export { canAnswer } from './local-answers.ts';
export { Picture } from './picture.ts';
export { type AnswerSource, RecentConsensus } from './recent-consensus.ts';
export { RememberingConsensus } from './remembering-consensus.ts';
