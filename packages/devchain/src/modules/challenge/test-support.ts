/** A network with sealed objects, providers that have deposits, and validators that vote. */
import {
  blsAggregate,
  blsPublicKey,
  blsSign,
  greenfieldChallenge as challenge,
  fromProtoJson,
  type Init,
  sha256,
} from '@prairie/chain';
import { PARAMS } from '../../genesis/defaults.ts';
import { address, alice, providerAddress, Scenario } from '../storage/testing/scenario.ts';
import type { Result } from '../storage/testing.ts';
import { attestationHash } from './attest.ts';
import { type ChallengeKeeper, createChallengeModule, type Voter } from './index.ts';

export const BUCKET = 'bucket';
export const DEPOSIT = 10n ** 19n;

/** Parameters of a local network, with others in place of some. */
export const localParams = (fields: Partial<challenge.Params> = {}): challenge.Params => ({
  ...fromProtoJson(challenge.Params, PARAMS.challenge),
  ...fields,
});

interface Validator extends Voter {
  secret: Buffer;
}

function validator(index: number): Validator {
  const secret = sha256(Buffer.from(`validator ${index}`));
  secret[0] = 0; // below the order of the curve
  return {
    secret,
    operator_address: address(`validator ${index}`),
    self_del_address: address(`delegator ${index}`),
    challenger_address: address(`challenger ${index}`),
    bls_key: blsPublicKey(secret),
  };
}

export interface Vote extends Partial<challenge.MsgAttest> {
  /** Indexes of the validators who sign; by default all. */
  voters?: readonly number[];
}

export class ChallengeWorld extends Scenario {
  readonly challenge: ChallengeKeeper;
  readonly validators: Validator[];

  /** Nobody is challenged at the end of blocks unless the parameters say so. */
  constructor(options: { validators?: number; params?: Partial<challenge.Params> } = {}) {
    super();
    this.validators = Array.from({ length: options.validators ?? 1 }, (_, index) => validator(index));
    const { module, keeper } = createChallengeModule({ ...this, voters: () => this.validators });
    this.challenge = keeper;
    this.modules.push(module);
    keeper.parameters.initialize(localParams({ challenge_count_per_block: 0n, ...options.params }));
    for (const provider of this.sp.all()) this.sp.set({ ...provider, total_deposit: DEPOSIT });
    this.bank.endow(this.sp.moduleAddress, DEPOSIT * BigInt(this.sp.all().length));
    this.createBucket(BUCKET);
  }

  /** Objects are `1`, `2` and so on. */
  sealedObject(name: string, payload_size = 100n): bigint {
    const id = this.createObject(BUCKET, name, { payload_size });
    if (payload_size > 0n) this.seal(BUCKET, name);
    return id;
  }

  submit(fields: Init<challenge.MsgSubmit> = {}): Result {
    return this.run(challenge.MsgSubmit, {
      challenger: alice,
      sp_operator_address: providerAddress(1, 'operator'),
      bucket_name: BUCKET,
      object_name: 'a',
      ...fields,
    });
  }

  /** Validators find that provider 1 lost an object, unless the fields say something else. */
  attest({ voters = this.validators.map((_, index) => index), ...fields }: Vote = {}): Result {
    const claim = {
      challenge_id: this.challenge.store.lastId,
      object_id: 1n,
      sp_operator_address: providerAddress(1, 'operator'),
      vote_result: challenge.VoteResult.CHALLENGE_SUCCEED as number,
      challenger_address: '',
      ...fields,
    };
    const hash = attestationHash(this.context().chainId, claim);
    const words = Array.from({ length: Math.ceil(this.validators.length / 64) }, () => 0n);
    for (const index of voters) words[index >> 6]! |= 1n << BigInt(index & 63);
    const signatures = voters.map((index) => blsSign(this.validators[index]!.secret, hash));
    return this.run(challenge.MsgAttest, {
      submitter: this.challenge.turn(this.context()).voter.challenger_address,
      vote_validator_set: words,
      vote_agg_signature: signatures.length > 0 ? blsAggregate(signatures) : new Uint8Array(96),
      ...claim,
    });
  }

  deposit(id: number): bigint {
    return this.sp.byId(id)!.total_deposit;
  }
}
