/** Transactions that were valid, changed until they may not be: at the bytes, at the envelope, at the messages. */
import {
  type AnyMessage,
  cosmosTxV1beta1 as cosmosTx,
  decode,
  encode,
  feeOf,
  type googleProtobuf,
  type MessageType,
  type TxMessage,
  unpackAny,
} from '@prairie/chain';
import type { TestKey } from '../network.ts';
import type { Draft } from '../random/draft.ts';
import { FEE } from '../random/draft.ts';
import type { Rng } from '../random/rng.ts';
import type { World } from '../random/world.ts';
import { signed } from '../sender.ts';
import { damaged } from './bytes.ts';
import { nested, twisted } from './fields.ts';

const { TxRaw, TxBody, AuthInfo } = cosmosTx;

export type Route = 'check' | 'simulate' | 'submit';

/** A way to spoil a transaction. Those that sign again reach the code behind the signature checks. */
export interface Spoiling {
  name: string;
  weight: number;
  spoil(world: World, draft: Draft, valid: Buffer): Buffer;
}

export const SPOILINGS: readonly Spoiling[] = [
  { name: 'bytes', weight: 4, spoil: (world, _, valid) => damaged(world.rng, valid) },
  { name: 'part', weight: 3, spoil: (world, _, valid) => damagedPart(world.rng, valid) },
  { name: 'envelope', weight: 2, spoil: (world, _, valid) => twistedEnvelope(world, valid) },
  { name: 'message, signed again', weight: 6, spoil: twistedMessage },
  { name: 'message bytes, signed again', weight: 3, spoil: damagedMessage },
  { name: 'fee and limits, signed again', weight: 2, spoil: otherTerms },
  { name: 'many messages, signed again', weight: 0.5, spoil: manyMessages },
  { name: 'nested messages', weight: 0.5, spoil: nestedMessages },
];

/** One of the parts of the outer message is damaged, the others stay: most damage to the whole is seen at once. */
function damagedPart(rng: Rng, valid: Buffer): Buffer {
  const raw = decode(TxRaw, valid);
  const part = rng.one(['body_bytes', 'auth_info_bytes', 'signatures'] as const);
  if (part === 'signatures') {
    const signatures = raw.signatures.map((signature) => damaged(rng, Buffer.from(signature)));
    return encode(TxRaw, { ...raw, signatures: rng.chance(0.2) ? [...signatures, ...signatures] : signatures });
  }
  return encode(TxRaw, { ...raw, [part]: damaged(rng, Buffer.from(raw[part])) });
}

/** Body or auth info decode, and say something else. */
function twistedEnvelope(world: World, valid: Buffer): Buffer {
  const raw = decode(TxRaw, valid);
  const twist = <T>(type: MessageType<T>, bytes: Uint8Array): Buffer => {
    const table = type as unknown as MessageType;
    return encode(table, twisted({ rng: world.rng, known: knownTexts(world) }, table, decode(table, bytes)));
  };
  if (world.rng.chance(0.5)) return encode(TxRaw, { ...raw, body_bytes: twist(TxBody, raw.body_bytes) });
  return encode(TxRaw, { ...raw, auth_info_bytes: twist(AuthInfo, raw.auth_info_bytes) });
}

/** Addresses and names that exist. */
export function knownTexts(world: World): string[] {
  const bucket = world.known.buckets.pick();
  const object = world.known.objects.pick();
  const group = world.known.groups.pick();
  const provider = world.providerWith(() => true);
  return [
    world.user().address,
    ...(bucket ? [bucket.bucket_name, bucket.payment_address, `grn:b::${bucket.bucket_name}`] : []),
    ...(object ? [object.bucket_name, object.object_name, `grn:o::${object.bucket_name}/${object.object_name}`] : []),
    ...(group ? [group.group_name, `grn:g:${group.owner}:${group.group_name}`] : []),
    ...(provider ? [provider.operator_address, provider.seal_address, provider.gc_address] : []),
  ];
}

interface Terms {
  messages: TxMessage[];
  options?: Parameters<typeof signed>[3];
}

/** Signed by whoever sent the valid one; unsigned when it cannot be hashed. */
function signedAgain(world: World, signer: TestKey, { messages, options = {} }: Terms, valid: Buffer): Buffer {
  try {
    return signed(world, signer, messages, { fee: FEE, ...options });
  } catch {
    const body = decode(TxBody, decode(TxRaw, valid).body_bytes);
    const packed = messages.map(({ type, value }) => ({ type_url: type.typeUrl, value: encode(type, value) }));
    return encode(TxRaw, { ...decode(TxRaw, valid), body_bytes: encode(TxBody, { ...body, messages: packed }) });
  }
}

function twistedMessage(world: World, { signer, message }: Draft, valid: Buffer): Buffer {
  const { type, value } = message;
  const context = { rng: world.rng, known: knownTexts(world) };
  return signedAgain(world, signer, { messages: [{ type, value: twisted(context, type, value) }] }, valid);
}

/** A damaged message that still decodes, in the shape it decodes to; else as it is, under the old signature. */
function damagedMessage(world: World, { signer, message }: Draft, valid: Buffer): Buffer {
  const bytes = damaged(world.rng, encode(message.type, message.value));
  try {
    const value = decode(message.type, bytes) as AnyMessage;
    return signedAgain(world, signer, { messages: [{ type: message.type, value }] }, valid);
  } catch {
    const raw = decode(TxRaw, valid);
    const body = decode(TxBody, raw.body_bytes);
    const messages = [{ type_url: message.type.typeUrl, value: bytes }];
    return encode(TxRaw, { ...raw, body_bytes: encode(TxBody, { ...body, messages }) });
  }
}

function otherTerms(world: World, { signer, message }: Draft, valid: Buffer): Buffer {
  const { rng } = world;
  const terms = [
    { fee: feeOf(rng.one([0n, 1n, 1200n, 2n ** 63n, 2n ** 64n - 1n])) },
    { fee: { ...FEE, amount: rng.one([0n, -1n, 10n ** 40n]) } },
    { fee: { ...FEE, payer: world.stranger(signer.address).address } },
    { fee: { ...FEE, granter: rng.one(knownTexts(world).filter((text) => text.startsWith('0x'))) } },
    { sequence: rng.one([0n, 1n, 2n ** 64n - 1n]) },
    { memo: rng.one(['x'.repeat(257), '\u{1F4A9}'.repeat(200), '\0']) },
    { timeoutHeight: rng.one([1n, 2n ** 64n - 1n, world.height]) },
    { chainId: 'greenfield_1-1' },
    { domain: 'somebody else' },
  ];
  return signedAgain(world, signer, { messages: [message], options: rng.one(terms) }, valid);
}

function manyMessages(world: World, { signer, message }: Draft, valid: Buffer): Buffer {
  const messages = Array.from({ length: world.rng.between(2, 200) }, () => message);
  return signedAgain(world, signer, { messages }, valid);
}

function nestedMessages(world: World, { signer, message }: Draft, valid: Buffer): Buffer {
  const any = nested(world.rng.between(1, 400), {
    type_url: message.type.typeUrl,
    value: encode(message.type, message.value),
  });
  const raw = decode(TxRaw, valid);
  if (world.rng.chance(0.5)) return encode(TxRaw, { ...raw, body_bytes: encode(TxBody, { messages: [any as never] }) });
  const { type, value } = unpackAny(any as googleProtobuf.Any);
  return signedAgain(world, signer, { messages: [{ type, value }] }, valid);
}
