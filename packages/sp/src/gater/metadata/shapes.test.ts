/** Answers of the living network, read, rendered by us, and compared to the letter. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { child, children, childText, parseXml, type XmlElement } from '@prairie/client';
import type { BucketMeta, ObjectMeta } from '@prairie/gfsp';
import { answer, many, one } from '../http/shape.ts';
import { bucketMeta, objectMeta, streamRecord } from './shapes.ts';

interface Exchange {
  status: number;
  response_body: { text?: string };
}

function recorded(name: string): string[] {
  const file = new URL(`../../../../../test/fixtures/http/${name}.jsonl`, import.meta.url);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const exchanges = lines.map((line) => JSON.parse(line) as Exchange);
  const texts = exchanges.filter((e) => e.status === 200).map((e) => e.response_body.text ?? '');
  assert.ok(texts.length > 0, name);
  return texts.filter((text) => text !== '');
}

/** Fields of an element by snake_case name, as the text they have. */
function fields(of: XmlElement): Record<string, string> {
  const snake = (name: string) => name.replace(/[A-Z]/g, (c, at: number) => `${at ? '_' : ''}${c.toLowerCase()}`);
  return Object.fromEntries(of.children.map((c) => [snake(c.name), c.text]));
}

function tagsOf(info: XmlElement) {
  const tags = child(info, 'Tags')!;
  return {
    tags: children(tags, 'Tags').map((tag) => ({ key: childText(tag, 'Key'), value: childText(tag, 'Value') })),
  };
}

const numbers = /^\d+$/;

/** Text to the type of the field in `type`'s table. */
function typed<T>(
  info: XmlElement,
  type: { create(init: object): T; fields: readonly { name: string; scalar?: string; enumName?: string }[] },
): T {
  const text = fields(info);
  const init: Record<string, unknown> = {};
  for (const { name, scalar } of type.fields as { name: string; scalar: string | undefined }[]) {
    const value = text[name];
    if (value === undefined || ['tags', 'checksums'].includes(name)) continue;
    if (scalar === 'bool') init[name] = value === 'true';
    else if (scalar === 'string') init[name] = value;
    else if (numbers.test(value)) init[name] = scalar && !scalar.includes('32') ? BigInt(value) : Number(value);
  }
  const checksums = children(info, 'Checksums').map((c) => new Uint8Array(Buffer.from(c.text, 'base64')));
  return type.create({ ...init, tags: tagsOf(info), ...(checksums.length ? { checksums } : {}) });
}

function objectOf(meta: XmlElement): ObjectMeta {
  const text = fields(meta);
  return {
    object_info: typed(child(meta, 'ObjectInfo')!, storage.ObjectInfo),
    locked_balance: text.locked_balance!,
    removed: text.removed === 'true',
    update_at: BigInt(text.update_at!),
    delete_at: BigInt(text.delete_at!),
    delete_reason: text.delete_reason!,
    operator: text.operator!,
    create_tx_hash: text.create_tx_hash!,
    update_tx_hash: text.update_tx_hash!,
    seal_tx_hash: text.seal_tx_hash!,
  };
}

function bucketOf(meta: XmlElement): BucketMeta {
  const text = fields(meta);
  const vgf = child(meta, 'Vgf');
  return {
    bucket_info: typed(child(meta, 'BucketInfo')!, storage.BucketInfo),
    removed: text.removed === 'true',
    delete_at: BigInt(text.delete_at!),
    delete_reason: text.delete_reason!,
    operator: text.operator!,
    create_tx_hash: text.create_tx_hash!,
    update_tx_hash: text.update_tx_hash!,
    update_at: BigInt(text.update_at!),
    update_time: BigInt(text.update_time!),
    vgf: vgf && {
      id: Number(childText(vgf, 'Id')),
      primary_sp_id: Number(childText(vgf, 'PrimarySpId')),
      global_virtual_group_ids: children(vgf, 'GlobalVirtualGroupIds').map((id) => Number(id.text)),
      virtual_payment_address: childText(vgf, 'VirtualPaymentAddress'),
    },
    storage_size: BigInt(text.storage_size!),
    off_chain_status: Number(text.off_chain_status),
    stream_record: undefined,
  };
}

const objectAnswer = answer<ObjectMeta>('GfSpGetObjectMetaResponse', { Object: one(objectMeta, (meta) => meta) });
const bucketsAnswer = answer<BucketMeta[]>('GfSpGetUserBucketsResponse', { Buckets: many(bucketMeta, (all) => all) });

it('renders objects as recorded', () => {
  for (const text of recorded('object-meta')) {
    const object = child(parseXml(text), 'Object')!;
    assert.equal(objectAnswer.xml(objectOf(object)).toString(), text);
  }
});

it('renders users’ buckets as recorded', () => {
  for (const text of recorded('list-user-buckets')) {
    const buckets = children(parseXml(text), 'Buckets').map(bucketOf);
    assert.equal(bucketsAnswer.xml(buckets).toString(), text);
  }
});

it('renders a bucket with its stream record as recorded', () => {
  for (const text of recorded('bucket-meta')) {
    const root = parseXml(text);
    const stream = fields(child(root, 'StreamRecord')!);
    const record = {
      account: stream.account!,
      crud_timestamp: BigInt(stream.crud_timestamp!),
      netflow_rate: BigInt(stream.netflow_rate!),
      static_balance: BigInt(stream.static_balance!),
      buffer_balance: BigInt(stream.buffer_balance!),
      lock_balance: BigInt(stream.lock_balance!),
      status: Number(stream.status),
      settle_timestamp: BigInt(stream.settle_timestamp!),
      out_flow_count: BigInt(stream.out_flow_count!),
      frozen_netflow_rate: BigInt(stream.frozen_netflow_rate!),
    };
    const form = answer<XmlElement>('GfSpGetBucketMetaResponse', {
      Bucket: one(bucketMeta, (answered) => bucketOf(child(answered, 'Bucket')!)),
      StreamRecord: one(streamRecord, () => record),
    });
    assert.equal(form.xml(root).toString(), text);
  }
});
