import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as chain from '@prairie/chain';
import { greenfieldPayment, greenfieldStorage } from '@prairie/chain';
import type { ModuleName, Modules } from '@prairie/gfsp';
import * as gfsp from '@prairie/gfsp';
import fc from 'fast-check';
import { StatsMessage } from './messages/manager.ts';
import { MetadataObject, VGFInfoBucket } from './messages/metadata.ts';
import { SignRequest } from './messages/signer.ts';
import { anyMessage } from './testing/arbitrary.ts';
import { connectAll, plain, startServer } from './testing/server.ts';

interface Case {
  call: `${ModuleName}.${string}`;
  args: fc.Arbitrary<unknown[]>;
  result: fc.Arbitrary<unknown>;
}

const text = fc.string({ unit: 'grapheme' });
const nothing = fc.constant(undefined);
const bytes = fc.uint8Array();
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const signal = fc.constant(new AbortController().signal);
const key = fc.string({ unit: 'grapheme', minLength: 1 });

const bucket = fc.tuple(anyMessage(VGFInfoBucket), uint64, anyMessage(greenfieldPayment.StreamRecord)).map((parts) => {
  const [{ prairie_stream_record: _, ...row }, storage_size, stream_record] = parts;
  return { ...row, storage_size, stream_record };
});
const object = anyMessage(MetadataObject);
const receiveTask = anyMessage(gfsp.ReceivePieceTask);
const uploadTask = anyMessage(gfsp.UploadObjectTask);

const kinds: Record<gfsp.ExecutorTaskKind, chain.MessageType<never>> = {
  replicate: gfsp.ReplicatePieceTask,
  seal: gfsp.SealObjectTask,
  receive: gfsp.ReceivePieceTask,
  recover: gfsp.RecoverPieceTask,
  'gc-object': gfsp.GCObjectTask,
  'gc-zombie': gfsp.GCZombiePieceTask,
  'gc-meta': gfsp.GCMetaTask,
  'gc-bucket-migration': gfsp.GCBucketMigrationTask,
  'gc-stale-version': gfsp.GCStaleVersionObjectTask,
  'migrate-gvg': gfsp.MigrateGVGTask,
} as never;
const executorTask = fc.oneof(
  ...Object.entries(kinds).map(([kind, type]) => fc.record({ kind: fc.constant(kind), key, value: anyMessage(type) })),
);

const operations: gfsp.AuthOperation[] = [
  'ask-create-bucket-approval',
  'ask-create-object-approval',
  'put-object',
  'get-uploading-state',
  'get-object',
  'get-bucket-quota',
  'list-bucket-read-record',
];

/** What gets a signature; the other fields of the request go to the chain, but for one that the server does not take. */
const SIGNED = /^(create_(bucket|object)_info|migrate_bucket_info|sign_.*|ping_msg|pong_msg|gfsp_.*)$/;
const signing = SignRequest.fields.filter(({ name }) => name !== 'gfsp_migrate_piece_task');
const messageOf = (fields: readonly chain.Field[]) =>
  fc.constantFrom(...fields).chain((field) => {
    const message = anyMessage(chain.messageType(field.messageName!));
    return fc.tuple(fc.constant(field.name), message) as fc.Arbitrary<unknown[]>;
  });

const query = fc.record({
  bucket_name: text,
  max_keys: fc.nat(),
  start_after: text,
  continuation_token: text,
  delimiter: fc.constantFrom('', '/'),
  prefix: text,
  include_removed: fc.boolean(),
});
const page = fc.record({
  objects: fc.array(object, { maxLength: 2 }),
  common_prefixes: fc.array(text),
  is_truncated: fc.boolean(),
  next_continuation_token: text,
});

const CASES: readonly Case[] = [
  {
    call: 'authenticator.authorize',
    args: fc.tuple(fc.constantFrom(...operations), text, text, text),
    result: nothing,
  },
  ...(['MsgCreateBucket', 'MsgCreateObject'] as const).map((name): Case => {
    const message = anyMessage<unknown>(greenfieldStorage[name] as never);
    const call = `approver.${name === 'MsgCreateBucket' ? 'createBucketApproval' : 'createObjectApproval'}` as const;
    return { call, args: fc.tuple(message), result: message };
  }),
  {
    call: 'receiver.replicatePiece',
    args: fc.tuple(receiveTask, fc.uint8Array({ maxLength: 70_000 })),
    result: nothing,
  },
  {
    call: 'receiver.doneReplicatePiece',
    args: fc.tuple(receiveTask),
    result: fc.record({ integrity_hash: bytes, signature: bytes }),
  },
  { call: 'manager.beginUpload', args: fc.tuple(uploadTask), result: nothing },
  { call: 'manager.doneUpload', args: fc.tuple(uploadTask), result: nothing },
  {
    call: 'manager.askTask',
    args: fc.tuple(fc.record({ member: text, limit: anyMessage(gfsp.Limit) }, { requiredKeys: ['member'] }), signal),
    result: fc.option(executorTask, { nil: undefined }),
  },
  { call: 'manager.attend', args: fc.tuple(text, signal), result: nothing },
  { call: 'manager.reportTask', args: fc.tuple(executorTask), result: nothing },
  { call: 'manager.noteState', args: fc.tuple(text, fc.integer({ min: 0, max: 16 })), result: nothing },
  { call: 'manager.cancelTask', args: fc.tuple(text), result: fc.boolean() },
  { call: 'manager.pickVirtualGroupFamily', args: fc.constant([]), result: uint32 },
  { call: 'manager.queryTasks', args: fc.tuple(text), result: fc.array(text) },
  { call: 'manager.queryTasksStats', args: fc.constant([]), result: anyMessage(StatsMessage) },
  { call: 'signer.sign', args: messageOf(signing.filter(({ name }) => SIGNED.test(name))), result: bytes },
  { call: 'signer.broadcast', args: messageOf(signing.filter(({ name }) => !SIGNED.test(name))), result: text },
  { call: 'metadata.getUserBuckets', args: fc.tuple(text, fc.boolean()), result: fc.array(bucket, { maxLength: 2 }) },
  { call: 'metadata.listObjectsByBucket', args: fc.tuple(query), result: page },
  { call: 'metadata.getBucketMeta', args: fc.tuple(text), result: fc.option(bucket, { nil: undefined }) },
  { call: 'metadata.getObjectMeta', args: fc.tuple(text, text), result: fc.option(object, { nil: undefined }) },
  {
    call: 'metadata.verifyPermission',
    args: fc.tuple(text, text, text, fc.nat({ max: 12 })),
    result: fc.nat({ max: 2 }),
  },
  { call: 'metadata.getUserBucketsCount', args: fc.tuple(text), result: fc.nat() },
  {
    call: 'metadata.getUploadProgress',
    args: fc.tuple(uint64),
    result: fc.record({ progress_description: text, error_description: text, state: fc.integer() }),
  },
  { call: 'metadata.getUploadedSegments', args: fc.tuple(uint64), result: uint32 },
  {
    call: 'p2p.askSecondaryReplicatePieceApproval',
    args: fc.tuple(
      anyMessage(gfsp.ReplicatePieceApprovalTask),
      fc.record({ min: fc.nat(), max: fc.nat(), timeoutMs: fc.integer({ min: 1, max: 300 }).map((s) => s * 1000) }),
    ),
    result: fc.array(anyMessage(gfsp.ReplicatePieceApprovalTask), { maxLength: 2 }),
  },
  { call: 'p2p.queryBootstrap', args: fc.constant([]), result: fc.array(text) },
];

/** A signal is not the same one on the other side: only that there is one counts. */
const compared = (args: unknown[]) => args.map((arg) => (arg instanceof AbortSignal ? 'signal' : plain(arg)));

describe('contract methods over a socket', () => {
  for (const { call, args, result } of CASES) {
    it(`${call} arrives and returns unchanged`, async (t) => {
      const [module, method] = call.split('.') as [ModuleName, string];
      let seen: unknown[] = [];
      let answer: unknown;
      const recording = {
        [method]: async (...given: unknown[]) => {
          seen = given;
          return answer;
        },
      };
      const server = await startServer(t, { [module]: recording } as unknown as Partial<Modules>);
      const client = connectAll(t, [server.address])[module] as unknown as Record<
        string,
        (...given: unknown[]) => Promise<unknown>
      >;
      await fc.assert(
        fc.asyncProperty(args, result, async (given, expected) => {
          answer = expected;
          const got = await client[method]!(...given);
          assert.deepEqual(compared(seen), compared(given));
          assert.deepEqual(plain(got), plain(expected));
        }),
        { numRuns: 25 },
      );
    });
  }
});
