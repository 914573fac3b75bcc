/** What the reference signed, and for what: the answers here are the same, byte for byte. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  fromProtoJson,
  type Init,
  type MessageType,
  parseJson,
  sha256,
  signDigest,
  sortedJson,
  greenfieldStorage as storage,
  toProtoJson,
} from '@prairie/chain';
import { newTask } from '@prairie/gfsp';
import { Bench } from './testing.ts';

const fixture = (name: string) => readFileSync(new URL(`../../../../test/fixtures/${name}`, import.meta.url), 'utf8');

interface Kind {
  type: MessageType;
  approval: 'primary_sp_approval' | 'dst_primary_sp_approval';
  ask(bench: Bench, msg: never, fingerprint: Uint8Array): Promise<unknown>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  CreateBucket: {
    type: storage.MsgCreateBucket as unknown as MessageType,
    approval: 'primary_sp_approval',
    ask: async ({ module }, create_bucket_info, fingerprint) =>
      (await module.createBucketApproval({ task: newTask(), create_bucket_info, fingerprint })).create_bucket_info,
  },
  CreateObject: {
    type: storage.MsgCreateObject as unknown as MessageType,
    approval: 'primary_sp_approval',
    ask: async ({ module }, create_object_info, fingerprint) =>
      (await module.createObjectApproval({ task: newTask(), create_object_info, fingerprint })).create_object_info,
  },
  MigrateBucket: {
    type: storage.MsgMigrateBucket as unknown as MessageType,
    approval: 'dst_primary_sp_approval',
    ask: async ({ module }, migrate_bucket_info) =>
      (await module.migrateBucketApproval({ task: newTask(), migrate_bucket_info })).migrate_bucket_info,
  },
};

interface Message {
  dst_primary_sp_id?: number;
  primary_sp_approval?: Approval;
  dst_primary_sp_approval?: Approval;
}
type Approval = { expired_height: bigint; global_virtual_group_family_id: number };

/** An approver that is as high, and has the family, that an answer shows, and signs with `key`. */
function benchFor(kind: Kind, msg: Message, key: string): Bench {
  const { expired_height, global_virtual_group_family_id } = msg[kind.approval]!;
  const bench = new Bench();
  bench.height = expired_height - 100n;
  bench.family = global_virtual_group_family_id;
  bench.ownId = msg.dst_primary_sp_id ?? bench.ownId;
  bench.sign = (digest) => signDigest(Buffer.from(key, 'hex'), digest);
  return bench;
}

interface Vector {
  kind: string;
  input: Record<string, unknown>;
  keccak256: string;
  signature: string;
}

describe('golden vectors', () => {
  const { rows }: { rows: Vector[] } = JSON.parse(fixture('vectors/sign-bytes.json'));
  for (const action of ['CreateBucket', 'MigrateBucket']) {
    const kind = KINDS[action]!;
    const vectors = rows.filter((row) => row.kind === `Msg${action}.GetApprovalBytes`);
    it(`${action}: what is signed is what the network signs (${vectors.length})`, async () => {
      assert.ok(vectors.length > 0);
      for (const { input, keccak256, signature } of vectors) {
        const msg = fromProtoJson(kind.type, input);
        const bench = benchFor(kind, msg as Message, '00');
        bench.sign = (digest) => {
          assert.equal(digest.toString('hex'), keccak256);
          return Buffer.from(signature, 'hex');
        };
        await kind.ask(bench, msg as never, new Uint8Array());
        assert.equal(bench.count('sign'), 1);
      }
    });
  }
});

interface Exchange {
  step: string;
  sp: string;
  url: string;
  status: number;
  request_headers: [string, string][];
  response_headers: [string, string][];
}

describe('recordings', () => {
  const headerOf = (headers: [string, string][], name: string) =>
    Buffer.from(headers.find(([key]) => key.toLowerCase() === name)![1], 'hex');
  const { storage_providers } = JSON.parse(fixture('keys.json')) as Providers;
  const exchanges: Exchange[] = fixture('http/get-approval.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const { step, sp, url, request_headers, response_headers } of exchanges.filter(({ status }) => status === 200)) {
    it(step, async () => {
      const kind = KINDS[new URLSearchParams(url.split('?')[1]).get('action')!]!;
      const asked = headerOf(request_headers, 'x-gnfd-unsigned-msg');
      const read = (json: Buffer) => fromProtoJson(kind.type, parseJson(json.toString()), { strict: true });
      const expected = headerOf(response_headers, 'x-gnfd-signed-msg').toString();
      const key = storage_providers[sp]!.ApprovalPrivateKey;
      const bench = benchFor(kind, read(Buffer.from(expected)) as Message, key);
      const answer = await kind.ask(bench, read(asked) as never, sha256(asked));
      assert.equal(sortedJson(toProtoJson(kind.type, answer as Init<object>)), expected);
    });
  }
});

interface Providers {
  storage_providers: Record<string, { ApprovalPrivateKey: string }>;
}
