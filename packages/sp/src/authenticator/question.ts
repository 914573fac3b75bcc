import type { ChainView } from './chain-view.ts';

/** May `account` do it with this bucket, or this object in it? Names are empty where the operation has none. */
export interface Question {
  readonly account: string;
  readonly bucket: string;
  readonly object: string;
}

/** What an answer is made of. */
export interface Witnesses {
  readonly chain: ChainView;
  /** Quota and read records are for anyone. */
  readonly openQueries: boolean;
}

/** Resolves when the answer is yes. @throws why it is no */
export type Rule = (question: Question, witnesses: Witnesses) => Promise<void>;
