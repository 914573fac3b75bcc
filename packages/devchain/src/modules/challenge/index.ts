export { type ChallengeDeps, ChallengeKeeper } from './keeper.ts';
export { createChallengeModule } from './module.ts';
export { type Turn, turnAt, type Voter, type VoterSet } from './voters.ts';
