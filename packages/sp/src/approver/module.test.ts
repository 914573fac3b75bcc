import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  approvalDigest,
  fromProtoJson,
  type Init,
  type MessageType,
  parseJson,
  recoverAddress,
  sortedJson,
  greenfieldStorage as storage,
  toProtoJson,
} from '@prairie/chain';
import { type Consensus, GfSpError, type Modules, silentLogger } from '@prairie/gfsp';
import fc from 'fast-check';
import { ApproverModule, type ApproverOptions } from './module.ts';

const CREATOR = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
const bucketMsg = (fields: Init<storage.MsgCreateBucket> = {}) =>
  storage.MsgCreateBucket.create({ creator: CREATOR, bucket_name: 'bucket', primary_sp_approval: {}, ...fields });
const objectMsg = (fields: Init<storage.MsgCreateObject> = {}) =>
  storage.MsgCreateObject.create({
    creator: CREATOR,
    bucket_name: 'bucket',
    object_name: 'object',
    primary_sp_approval: {},
    ...fields,
  });

/** An approver whose surroundings count and can be turned. */
class Bench {
  height = 500n;
  owned = 0;
  family = 7;
  readonly calls: string[] = [];
  readonly broken = new Set<string>();
  /** Signs: by default the number of the signature, as a byte. */
  sign: (digest: Buffer) => Uint8Array = () => Uint8Array.of(this.calls.filter((call) => call === 'sign').length);
  readonly module: ApproverModule;

  constructor(options: ApproverOptions = {}) {
    const types: Record<string, MessageType> = {
      create_bucket_info: storage.MsgCreateBucket as unknown as MessageType,
      create_object_info: storage.MsgCreateObject as unknown as MessageType,
    };
    const sign = (what: string, msg: Init<object>) =>
      this.#call('sign', () => this.sign(approvalDigest(types[what]!, msg)));
    const client = {
      metadata: { getUserBucketsCount: () => this.#call('count', () => this.owned) },
      manager: { pickVirtualGroupFamily: () => this.#call('family', () => this.family) },
      signer: { sign },
    } as unknown as Modules;
    const consensus = { currentHeight: () => this.#call('height', () => this.height) } as Partial<Consensus>;
    this.module = new ApproverModule(options, { client, consensus: consensus as Consensus, logger: silentLogger });
  }

  async #call<T>(name: string, answer: () => T): Promise<T> {
    this.calls.push(name);
    await new Promise(setImmediate);
    if (this.broken.has(name)) throw new Error(`no ${name}`);
    return answer();
  }

  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }
}

async function codeOf(work: Promise<unknown>): Promise<[number, number]> {
  try {
    await work;
    return [0, 200];
  } catch (error) {
    const { innerCode, httpStatus } = GfSpError.from(error);
    return [innerCode, httpStatus];
  }
}

type AnyApprovable = storage.MsgCreateBucket & storage.MsgCreateObject;

interface Vector {
  kind: string;
  input: { primary_sp_approval: { expired_height: string; global_virtual_group_family_id: number } };
  keccak256: string;
  signature: string;
}

const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('golden vectors', () => {
  const vectors: { rows: Vector[] } = JSON.parse(text('../../../../test/fixtures/vectors/sign-bytes.json'));
  const rows = vectors.rows.filter((row) => row.kind === 'MsgCreateBucket.GetApprovalBytes');

  it(`what is signed for a bucket is what the network signs (${rows.length})`, async () => {
    assert.ok(rows.length > 0);
    for (const row of rows) {
      const bench = new Bench();
      const { expired_height, global_virtual_group_family_id } = row.input.primary_sp_approval;
      bench.height = BigInt(expired_height) - 100n;
      bench.family = global_virtual_group_family_id;
      bench.sign = (digest) => {
        assert.equal(digest.toString('hex'), row.keccak256);
        return Buffer.from(row.signature, 'hex');
      };
      const msg = fromProtoJson(storage.MsgCreateBucket, row.input);
      const approval = { ...msg.primary_sp_approval, sig: Buffer.from(row.signature, 'hex') };
      assert.deepEqual(await bench.module.createBucketApproval(msg), { ...msg, primary_sp_approval: approval });
    }
  });
});

describe('recorded approvals', () => {
  /** Approval address of the provider that was recorded. */
  const signer = '0x3a3c660F7a0D599977C9D90013745EB2dEEF1f0C';
  for (const line of text('fixtures/get-approval.jsonl').trim().split('\n')) {
    const { action, unsigned, signed }: Record<'action' | 'unsigned' | 'signed', string> = JSON.parse(line);
    it(`${action}: the answer is the same, byte for byte`, async () => {
      const type = action === 'CreateBucket' ? storage.MsgCreateBucket : storage.MsgCreateObject;
      const read = (hex: string) =>
        fromProtoJson(type as MessageType<AnyApprovable>, parseJson(Buffer.from(hex, 'hex').toString()), {
          strict: true,
        });
      const approval = read(signed).primary_sp_approval!;
      const bench = new Bench();
      bench.height = approval.expired_height - 100n;
      bench.family = approval.global_virtual_group_family_id;
      bench.sign = (digest) => {
        assert.equal(recoverAddress(digest, approval.sig), signer);
        return approval.sig;
      };
      const answer = await (action === 'CreateBucket'
        ? bench.module.createBucketApproval(read(unsigned))
        : bench.module.createObjectApproval(read(unsigned)));
      const json = sortedJson(toProtoJson(type as MessageType<typeof answer>, answer));
      assert.equal(json, Buffer.from(signed, 'hex').toString());
    });
  }
});

describe('a bucket', () => {
  it('gets a family, a height and a signature; all else stays', async () => {
    const msg = bucketMsg({ charged_read_quota: 9n, visibility: 2 });
    const answer = await new Bench().module.createBucketApproval(msg);
    const approval = { expired_height: 600n, global_virtual_group_family_id: 7, sig: Uint8Array.of(1) };
    assert.deepEqual(answer, { ...msg, primary_sp_approval: approval });
  });

  it('is refused to an account with too many, before a family is made for it', async () => {
    const bench = new Bench({ maxBucketsPerAccount: 2 });
    bench.owned = 2;
    assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketMsg())), [10002, 406]);
    assert.deepEqual(bench.calls, ['count']);
    bench.owned = 1;
    assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketMsg())), [0, 200]);
  });

  it('says what failed', async () => {
    for (const [broken, code] of [
      ['sign', 11001],
      ['height', 55001],
      ['family', 999999],
    ] as const) {
      const bench = new Bench();
      bench.broken.add(broken);
      assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketMsg())), [code, 500]);
      bench.broken.clear();
      assert.deepEqual(await codeOf(bench.module.createBucketApproval(bucketMsg())), [0, 200]);
    }
  });

  it('that is none is 10001', async () => {
    const { module } = new Bench();
    assert.deepEqual(await codeOf(module.createBucketApproval(undefined as never)), [10001, 400]);
    assert.deepEqual(await codeOf(module.createObjectApproval(undefined as never)), [10001, 400]);
  });
});

describe('an object', () => {
  it('gets a height and a signature, and keeps its family', async () => {
    const bench = new Bench({ objectTimeoutHeight: 5n });
    const msg = objectMsg({ payload_size: 9n, primary_sp_approval: { global_virtual_group_family_id: 3 } });
    const answer = await bench.module.createObjectApproval(msg);
    const approval = { expired_height: 505n, global_virtual_group_family_id: 3, sig: Uint8Array.of(1) };
    assert.deepEqual(answer, { ...msg, primary_sp_approval: approval });
    assert.deepEqual(bench.calls, ['height', 'sign']);
  });
});

describe('the same question again', () => {
  it('gets the same answer while it lives, then a new one', async () => {
    const bench = new Bench();
    const first = await bench.module.createBucketApproval(bucketMsg());
    bench.height = 599n;
    assert.deepEqual(await bench.module.createBucketApproval(bucketMsg()), first);
    bench.height = 600n;
    const later = await bench.module.createBucketApproval(bucketMsg());
    assert.equal(later.primary_sp_approval?.expired_height, 700n);
    assert.equal(bench.count('sign'), 2);
  });

  it('at the same time is one', async () => {
    const bench = new Bench();
    const answers = await Promise.all(Array.from({ length: 20 }, () => bench.module.createObjectApproval(objectMsg())));
    assert.equal(bench.count('sign'), 1);
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
  });

  it('after a failure is asked anew, by all who waited', async () => {
    const bench = new Bench();
    bench.broken.add('sign');
    const both = await Promise.all([1, 2].map(() => codeOf(bench.module.createObjectApproval(objectMsg()))));
    assert.deepEqual(both, [
      [11001, 500],
      [11001, 500],
    ]);
    bench.broken.clear();
    assert.deepEqual(await codeOf(bench.module.createObjectApproval(objectMsg())), [0, 200]);
  });

  it('property: is the same only when every field is', async () => {
    const fields = fc.record({
      bucket_name: fc.constantFrom('a', 'b'),
      visibility: fc.constantFrom(1, 2),
      charged_read_quota: fc.constantFrom(0n, 1n),
      primary_sp_approval: fc.record({ expired_height: fc.constantFrom(0n, 1n) }),
    });
    const keyOf = (value: unknown) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v));
    await fc.assert(
      fc.asyncProperty(fc.array(fields, { maxLength: 12 }), async (asked) => {
        const bench = new Bench();
        for (const one of asked) await bench.module.createBucketApproval(bucketMsg(one));
        assert.equal(bench.count('sign'), new Set(asked.map(keyOf)).size);
      }),
      { numRuns: 40 },
    );
  });
});

describe('bounds', () => {
  it('more different questions at a time than allowed are 10003', async () => {
    const bench = new Bench({ parallel: 2 });
    const ask = (name: string) => codeOf(bench.module.createObjectApproval(objectMsg({ object_name: name })));
    assert.deepEqual(await Promise.all(['a', 'b', 'c', 'a'].map(ask)), [
      [0, 200],
      [0, 200],
      [10003, 406],
      [0, 200],
    ]);
    assert.deepEqual(await ask('c'), [0, 200]);
  });

  it('forgets the least recently given answer', async () => {
    const bench = new Bench({ remembered: 2 });
    for (const name of ['a', 'b', 'c', 'b', 'a']) {
      await bench.module.createObjectApproval(objectMsg({ object_name: name }));
    }
    assert.equal(bench.count('sign'), 4);
  });
});
