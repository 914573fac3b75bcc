/**
 * Who may have the creation of a bucket or an object, or a migration, approved: any account that the chain knows, when
 * it makes sense (`reference/gateway-http.md` §5.2).
 */
import { atOnce } from '../common/at-once.ts';
import type { ChainView } from './chain-view.ts';
import { authenticatorErrors } from './errors.ts';
import type { Rule } from './question.ts';

export const mayAskForBucket: Rule = async ({ account, bucket }, { chain }) => {
  const [known, nameIsFree] = atOnce(requireAccount(chain, account), chain.requireNoBucket(bucket));
  await known;
  await nameIsFree;
};

export const mayAskForObject: Rule = async ({ account, bucket, object }, { chain }) => {
  const [known, bucketFound, nameIsFree] = atOnce(
    requireAccount(chain, account),
    chain.bucket(bucket),
    chain.requireNoObject(bucket, object),
  );
  await known;
  await bucketFound;
  await nameIsFree;
};

/** Whether this provider is the destination is the approver's to see, and whether the account may, the chain's. */
export const mayAskForMigration: Rule = async ({ account, bucket }, { chain }) => {
  const [known, bucketFound] = atOnce(requireAccount(chain, account), chain.bucket(bucket));
  await known;
  await bucketFound;
};

/** Approvals cost the provider work: an account without any money may not ask for them. @throws 20006, 25002 */
async function requireAccount(chain: ChainView, account: string): Promise<void> {
  if (await chain.accountExists(account)) return;
  throw authenticatorErrors.invalidAddress(
    `the chain knows no account ${account}: send it some coins first, or check how the request was signed`,
  );
}
