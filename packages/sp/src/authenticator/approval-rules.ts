/** Who may have the creation of a bucket or an object approved: anyone, when it makes sense (`reference/gateway-http.md` §5.2). */
import { atOnce } from './chain-view.ts';
import type { Rule } from './question.ts';

export const mayAskForBucket: Rule = ({ bucket }, { chain }) => chain.requireNoBucket(bucket);

export const mayAskForObject: Rule = async ({ bucket, object }, { chain }) => {
  const [bucketFound, nameIsFree] = atOnce(chain.bucket(bucket), chain.requireNoObject(bucket, object));
  await bucketFound;
  await nameIsFree;
};
