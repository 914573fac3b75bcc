import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  greenfieldStorage,
  greenfieldPayment as payment,
  greenfieldPermission as permission,
  RpcTransportError,
} from '@prairie/chain';
import { type AuthOperation, GfSpError } from '@prairie/gfsp';
import fc from 'fast-check';
import { ACCOUNT, Bench, type Facts, GOOD, OPERATOR, OWNER, STRANGER } from './testing.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED, OBJECT_STATUS_DISCONTINUED } = greenfieldStorage.ObjectStatus;
const { ACTION_CREATE_OBJECT, ACTION_GET_OBJECT, ACTION_UPDATE_BUCKET_INFO, ACTION_UPDATE_OBJECT_CONTENT } =
  permission.ActionType;
const { STREAM_ACCOUNT_STATUS_FROZEN, STREAM_ACCOUNT_STATUS_ACTIVE } = payment.StreamAccountStatus;

const updating = { status: OBJECT_STATUS_SEALED, isUpdating: true };

/** Facts other than the good ones, and the code they give. */
const TABLE: Record<AuthOperation, [string, Partial<Facts>, number][]> = {
  'put-object': [
    ['created', {}, 0],
    ['no bucket', { bucketExists: false, objectExists: false }, 20007],
    ['no object', { objectExists: false }, 20008],
    ['another primary', { primaryId: 2, status: OBJECT_STATUS_SEALED }, 20002],
    ['sealed', { status: OBJECT_STATUS_SEALED, chainAllows: [] }, 20003],
    ['discontinued', { status: OBJECT_STATUS_DISCONTINUED }, 20003],
    ['no permission', { chainAllows: [] }, 50004],
    ['created, but only updates are allowed', { chainAllows: [ACTION_UPDATE_OBJECT_CONTENT] }, 50004],
    ['updating', { ...updating, chainAllows: [ACTION_UPDATE_OBJECT_CONTENT] }, 0],
    ['updating, but only creation is allowed', { ...updating, chainAllows: [ACTION_CREATE_OBJECT] }, 50004],
  ],
  'get-object': [
    ['created', {}, 0],
    ['sealed', { status: OBJECT_STATUS_SEALED }, 0],
    ['updating', updating, 0],
    ['no bucket', { bucketExists: false }, 20007],
    ['no object', { objectExists: false, isRateLimited: true }, 20008],
    ['rate limited', { isRateLimited: true, primaryId: 2 }, 20020],
    ['another primary', { primaryId: 2, status: OBJECT_STATUS_DISCONTINUED }, 20002],
    ['discontinued', { status: OBJECT_STATUS_DISCONTINUED, payment: undefined }, 20011],
    ['frozen', { payment: STREAM_ACCOUNT_STATUS_FROZEN, mayRead: false }, 20005],
    ['never paid', { payment: undefined }, 20005],
    ['no permission', { mayRead: false }, 50004],
  ],
  'get-uploading-state': [
    ['anyone', { chainAllows: [], mayRead: false }, 0],
    ['sealed', { status: OBJECT_STATUS_SEALED }, 0],
    ['no bucket', { bucketExists: false, objectExists: false }, 20007],
    ['no object', { objectExists: false, primaryId: 2 }, 20008],
    ['another primary', { primaryId: 2 }, 20002],
  ],
  'ask-create-bucket-approval': [
    ['free', { bucketExists: false }, 0],
    ['taken', {}, 20009],
    ['nobody that the chain knows', { accountExists: false }, 20006],
  ],
  'ask-migrate-bucket-approval': [
    ['there', {}, 0],
    ['there, at another provider', { primaryId: 2 }, 0],
    ['no bucket', { bucketExists: false }, 20007],
    ['nobody that the chain knows', { accountExists: false, bucketExists: false }, 20006],
  ],
  'ask-create-object-approval': [
    ['free', { objectExists: false }, 0],
    ['no bucket', { bucketExists: false }, 20007],
    ['taken', {}, 20010],
    ['nobody that the chain knows', { accountExists: false, bucketExists: false }, 20006],
  ],
  'get-challenge-piece-info': [
    ['at the primary', {}, 0],
    ['at a secondary', { primaryId: 2, secondaries: [3, 1] }, 0],
    ['at a stranger', { primaryId: 2, secondaries: [3] }, 20002],
    ['no challenger', { challengers: [STRANGER], primaryId: 2 }, 20011],
    ['no object', { objectExists: false, challengers: [] }, 20008],
  ],
  'get-recovery-piece': [
    ['at a secondary', { status: OBJECT_STATUS_SEALED, secondaries: [1] }, 0],
    ['not sealed', { secondaries: [1] }, 20004],
    ['at the primary', { status: OBJECT_STATUS_SEALED, secondaries: [2] }, 20002],
    ['no permission', { status: OBJECT_STATUS_SEALED, secondaries: [1], mayRead: false }, 50004],
    ['no bucket', { bucketExists: false, objectExists: false }, 20007],
    ['no object', { objectExists: false }, 20008],
  ],
  'query-bucket-migration-progress': [
    ['there', { chainAllows: [], mayRead: false, primaryId: 2 }, 0],
    ['no bucket', { bucketExists: false }, 20007],
  ],
  'agent-put-object': [
    ['allowed', { objectExists: false, primaryId: 2 }, 0],
    ['only updates are', { chainAllows: [ACTION_UPDATE_OBJECT_CONTENT] }, 50004],
  ],
  'agent-update-object': [
    ['allowed', { status: OBJECT_STATUS_SEALED, primaryId: 2 }, 0],
    ['only creation is', { chainAllows: [ACTION_CREATE_OBJECT] }, 50004],
  ],
  'get-bucket-quota': [
    ['who may change the bucket', { chainAllows: [ACTION_UPDATE_BUCKET_INFO] }, 0],
    ['anyone else', { chainAllows: [ACTION_CREATE_OBJECT] }, 50004],
    ['elsewhere', { primaryId: 2, chainAllows: [] }, 50014],
    ['nowhere', { bucketExists: false }, 55001],
  ],
  'list-bucket-read-record': [
    ['who may change the bucket', { chainAllows: [ACTION_UPDATE_BUCKET_INFO] }, 0],
    ['anyone else', {}, 50004],
    ['elsewhere', { primaryId: 2 }, 50014],
  ],
};

for (const [operation, rows] of Object.entries(TABLE) as [AuthOperation, (typeof TABLE)['put-object']][]) {
  describe(operation, () => {
    for (const [name, facts, code] of rows) {
      it(`${name} → ${code || 'allowed'}`, async () => assert.equal(await new Bench(facts).code(operation), code));
    }
  });
}

describe('accounts', () => {
  for (const account of ['', '0x', 'bob', `${ACCOUNT}00`]) {
    it(`${JSON.stringify(account)} is none: 20006, before anything is asked`, async () => {
      const bench = new Bench();
      assert.equal(await bench.code('put-object', account), 20006);
      assert.deepEqual(bench.asked, []);
    });
  }

  it('quota is for the owner and for the provider itself, in any case of letters', async () => {
    for (const account of [OWNER, OWNER.toLowerCase(), OPERATOR]) {
      const bench = new Bench({ chainAllows: [] });
      assert.equal(await bench.code('get-bucket-quota', account), 0);
      assert.deepEqual(bench.asked, ['bucket', 'sp', 'family']);
    }
    assert.equal(await new Bench().code('get-bucket-quota', ''), 20006);
  });

  it('quota is for anyone where the configuration says so', async () => {
    for (const account of ['', STRANGER]) {
      assert.equal(await new Bench({ chainAllows: [] }, { openQueries: true }).code('get-bucket-quota', account), 0);
    }
    assert.equal(await new Bench({ primaryId: 2 }, { openQueries: true }).code('get-bucket-quota', ''), 50014);
  });

  it('unknown operations are 20001', async () => {
    for (const name of ['fly', 'toString', '']) {
      assert.equal(await new Bench().code(name as AuthOperation), 20001);
    }
  });
});

describe('what the chain is asked', () => {
  it('a first upload in one round, later ones with three queries', async () => {
    const bench = new Bench();
    await bench.code('put-object');
    const once = ['bucket', 'object', `permission ${ACTION_CREATE_OBJECT}`];
    assert.deepEqual(bench.asked, [...once, 'sp', 'family']);
    bench.asked.length = 0;
    await bench.code('put-object');
    assert.deepEqual(bench.asked, once);
  });

  it('not who it is, when it knows', async () => {
    const bench = new Bench({}, { spId: 1 });
    assert.equal(await bench.code('get-uploading-state'), 0);
    assert.ok(!bench.asked.includes('sp'));
  });

  it('again, after a failure', async () => {
    for (const query of ['sp', 'family']) {
      const bench = new Bench();
      bench.broken.add(query);
      assert.equal(await bench.code('get-uploading-state'), 25002);
      bench.broken.clear();
      assert.equal(await bench.code('get-uploading-state'), 0);
    }
  });

  it('the rights of an update on the object', async () => {
    const bench = new Bench(updating);
    await bench.code('put-object');
    assert.ok(bench.asked.includes(`permission ${ACTION_UPDATE_OBJECT_CONTENT} object`));
  });
});

describe('a picture that is some blocks old', () => {
  it('is enough for a read that it allows, and asks the chain about one that it does not', async () => {
    const recent = new Bench();
    const bench = new Bench({ mayRead: false }, { recent: recent.consensus });
    assert.equal(await bench.code('get-object'), 0);
    assert.deepEqual(bench.asked, []);
    recent.facts.objectExists = false;
    assert.equal(await bench.code('get-object'), 50004);
    bench.facts.mayRead = true;
    assert.equal(await bench.code('get-object'), 0);
  });

  it('is not asked about what the provider promises', async () => {
    const recent = new Bench();
    const bench = new Bench({ chainAllows: [], bucketExists: false }, { recent: recent.consensus });
    assert.equal(await bench.code('agent-put-object'), 50004);
    assert.equal(await bench.code('ask-create-object-approval'), 20007);
    assert.deepEqual(recent.asked, []);
  });
});

describe('texts', () => {
  it('a missing bucket is known by what the chain says', async () => {
    const bench = new Bench();
    bench.breaking = 'rpc error: code = Unknown desc = No such bucket: key not found';
    bench.broken.add(`permission ${ACTION_CREATE_OBJECT}`);
    assert.equal(await bench.code('agent-put-object'), 20007);
  });

  it('does not say where the nodes are', async () => {
    const bench = new Bench();
    bench.broken.add('bucket');
    bench.breaking = new RpcTransportError('http://10.0.0.7:26657 does not answer');
    await assert.rejects(bench.module.authorize('put-object', ACCOUNT, 'bucket', 'object'), {
      message: 'the chain could not be asked: no node answered',
    });
  });

  it('names the expected and the actual status, as recorded', async () => {
    const { module } = new Bench({ status: OBJECT_STATUS_SEALED });
    await assert.rejects(module.authorize('put-object', ACCOUNT, 'bucket', 'object'), {
      message: 'object object is expected to be OBJECT_STATUS_CREATED status but actually OBJECT_STATUS_SEALED status',
    });
  });

  it('says what the chain said', async () => {
    const bench = new Bench();
    bench.broken.add('bucket');
    await assert.rejects(bench.module.authorize('put-object', ACCOUNT, 'bucket', 'object'), (error: unknown) => {
      assert.ok(error instanceof GfSpError);
      assert.deepEqual([error.codeSpace, error.httpStatus, error.innerCode], ['authenticator', 500, 25002]);
      return error.message.includes('the node does not answer');
    });
  });
});

const anyFacts = fc.record({
  bucketExists: fc.boolean(),
  objectExists: fc.boolean(),
  primaryId: fc.constantFrom(1, 2),
  status: fc.constantFrom(OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED, OBJECT_STATUS_DISCONTINUED),
  isUpdating: fc.boolean(),
  isRateLimited: fc.boolean(),
  payment: fc.constantFrom(STREAM_ACCOUNT_STATUS_ACTIVE, STREAM_ACCOUNT_STATUS_FROZEN, undefined),
  chainAllows: fc.subarray([...GOOD.chainAllows]),
  mayRead: fc.boolean(),
  accountExists: fc.boolean(),
  challengers: fc.subarray([ACCOUNT]),
  secondaries: fc.subarray([1, 2]),
});

/** The reference's order, written down one check after the other. */
function expectedPut(facts: Facts): number {
  if (!facts.bucketExists) return 20007;
  if (!facts.objectExists) return 20008;
  if (facts.primaryId !== 1) return 20002;
  if (!facts.isUpdating && facts.status !== OBJECT_STATUS_CREATED) return 20003;
  const action = facts.isUpdating ? ACTION_UPDATE_OBJECT_CONTENT : ACTION_CREATE_OBJECT;
  return facts.chainAllows.includes(action) ? 0 : 50004;
}

function expectedGet(facts: Facts): number {
  if (!facts.bucketExists) return 20007;
  if (!facts.objectExists) return 20008;
  if (facts.isRateLimited) return 20020;
  if (facts.primaryId !== 1) return 20002;
  if (facts.status === OBJECT_STATUS_DISCONTINUED) return 20011;
  if (facts.payment !== STREAM_ACCOUNT_STATUS_ACTIVE) return 20005;
  return facts.mayRead ? 0 : 50004;
}

function expectedChallenge(facts: Facts): number {
  if (!facts.objectExists) return 20008;
  if (!facts.challengers.includes(ACCOUNT)) return 20011;
  if (!facts.bucketExists) return 20007;
  return facts.primaryId === 1 || facts.secondaries.includes(1) ? 0 : 20002;
}

describe('property: whatever order the answers come in, the order of the checks decides', () => {
  for (const [operation, expected] of [
    ['put-object', expectedPut],
    ['get-object', expectedGet],
    ['get-challenge-piece-info', expectedChallenge],
  ] as const) {
    it(operation, async () => {
      await fc.assert(
        fc.asyncProperty(anyFacts, fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), async (facts, delays) => {
          const bench = new Bench(facts);
          bench.delay = () => sleep(delays.shift() ?? 0);
          assert.equal(await bench.code(operation), expected(facts));
        }),
        { numRuns: 60 },
      );
    });
  }

  it('no failure of an unneeded question stays unhandled', async () => {
    const bench = new Bench({ bucketExists: false });
    for (const query of ['object', `permission ${ACTION_GET_OBJECT} object`, `permission ${ACTION_CREATE_OBJECT}`])
      bench.broken.add(query);
    assert.equal(await bench.code('put-object'), 20007);
    assert.equal(await bench.code('get-object'), 20007);
    await sleep(5);
  });
});
