/** The real JS SDK as a client of a real devnet. Nothing of ours is on the client's side. */
import { createRequire } from 'node:module';
import type { Client } from '@bnb-chain/greenfield-js-sdk';
import { sdk } from './sdk.ts';

const { bytesFromBase64, Client: GreenfieldClient, Long, RedundancyType, VisibilityType } = sdk;
const load = createRequire(import.meta.url);
const { SignTypedDataVersion, signTypedData } = load(
  '@metamask/eth-sig-util',
) as typeof import('@metamask/eth-sig-util');
const { ReedSolomon } = load('@bnb-chain/reed-solomon') as typeof import('@bnb-chain/reed-solomon');

export interface Identity {
  address: string;
  privateKey: string;
}

/** What a user of the SDK has: a client for the chain, a key, and the provider of the buckets. */
export interface User {
  client: Client;
  identity: Identity;
  auth: { type: 'ECDSA'; privateKey: string };
}

export function user(rpc: string, evmChainId: number, identity: Identity): User {
  return {
    client: GreenfieldClient.create(rpc, String(evmChainId)),
    identity,
    auth: { type: 'ECDSA', privateKey: identity.privateKey },
  };
}

interface Transaction {
  simulate(options: { denom: string }): Promise<{ gasLimit: bigint; gasPrice: string }>;
  broadcast(options: {
    denom: string;
    gasLimit: number;
    gasPrice: string;
    payer: string;
    granter: string;
    privateKey?: string;
    signTypedDataCallback?: (address: string, typedData: string) => Promise<string>;
  }): Promise<{ code: number; transactionHash: string; rawLog?: string }>;
}

/** Simulates, broadcasts and waits for the block, as the SDK's documentation shows. */
export function send(owner: User, transaction: Transaction): Promise<string> {
  return broadcast(owner, transaction, { privateKey: owner.identity.privateKey });
}

/**
 * The same with the signature of a wallet: what the SDK hands to wallets is right also where what it signs itself with a
 * private key is not (members of a group with an expiry, in 2.2.2).
 */
export function sendAsWallet(owner: User, transaction: Transaction): Promise<string> {
  const privateKey = Buffer.from(owner.identity.privateKey.replace(/^0x/, ''), 'hex');
  return broadcast(owner, transaction, {
    signTypedDataCallback: async (_address, text) =>
      signTypedData({ privateKey, data: JSON.parse(text), version: SignTypedDataVersion.V4 }),
  });
}

async function broadcast(
  owner: User,
  transaction: Transaction,
  signing: Pick<Parameters<Transaction['broadcast']>[0], 'privateKey' | 'signTypedDataCallback'>,
): Promise<string> {
  const gas = await transaction.simulate({ denom: 'BNB' });
  const result = await transaction.broadcast({
    denom: 'BNB',
    gasLimit: Number(gas.gasLimit),
    gasPrice: gas.gasPrice,
    payer: owner.identity.address,
    granter: '',
    ...signing,
  });
  if (result.code !== 0) throw new Error(`transaction ${result.transactionHash}: code ${result.code} ${result.rawLog}`);
  return result.transactionHash;
}

export async function createBucket(owner: User, bucketName: string, primarySpAddress: string, isPublic = false) {
  const transaction = await owner.client.bucket.createBucket({
    bucketName,
    creator: owner.identity.address,
    visibility: isPublic ? VisibilityType.VISIBILITY_TYPE_PUBLIC_READ : VisibilityType.VISIBILITY_TYPE_PRIVATE,
    chargedReadQuota: Long.fromString('0'),
    primarySpAddress,
    paymentAddress: owner.identity.address,
  });
  return send(owner, transaction);
}

/** The seven checksums of a payload, computed by the SDK's own erasure code. */
export function checksumsOf(payload: Uint8Array): string[] {
  return new ReedSolomon().encode(payload);
}

export async function createObject(owner: User, bucketName: string, objectName: string, payload: Uint8Array) {
  const transaction = await owner.client.object.createObject({
    bucketName,
    objectName,
    creator: owner.identity.address,
    visibility: VisibilityType.VISIBILITY_TYPE_INHERIT,
    contentType: 'application/octet-stream',
    redundancyType: RedundancyType.REDUNDANCY_EC_TYPE,
    payloadSize: Long.fromNumber(payload.length),
    expectChecksums: checksumsOf(payload).map((checksum) => bytesFromBase64(checksum)),
  });
  return send(owner, transaction);
}

export async function upload(
  owner: User,
  bucketName: string,
  objectName: string,
  payload: Uint8Array,
  txnHash: string,
) {
  const file = {
    name: objectName,
    type: 'application/octet-stream',
    size: payload.length,
    content: Buffer.from(payload),
  };
  const result = await owner.client.object.uploadObject({ bucketName, objectName, body: file, txnHash }, owner.auth);
  if (result.code !== 0) throw new Error(`upload of ${objectName}: ${result.code} ${result.message}`);
}

export async function download(owner: User, bucketName: string, objectName: string, range?: string): Promise<Buffer> {
  const request = range ? { bucketName, objectName, range } : { bucketName, objectName };
  const result = await owner.client.object.getObject(request as never, owner.auth);
  if (result.code !== 0 || !result.body) throw new Error(`download of ${objectName}: ${result.code} ${result.message}`);
  return Buffer.from(await result.body.arrayBuffer());
}

/** Bytes that no compression or accident produces twice: byte i = (i·31 + 7) mod 256, salted. */
export function payloadOf(size: number, salt = 0): Buffer {
  const payload = Buffer.allocUnsafe(size);
  for (let i = 0; i < size; i++) payload[i] = (i * 31 + 7 + salt + (i >>> 12)) & 255;
  return payload;
}

/** Asks until `done`, with a pause that the chain's block time justifies, and ends with an error after `seconds`. */
export async function eventually<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function sealed(owner: User, bucketName: string, objectName: string, seconds = 60) {
  return eventually(`${objectName} sealed`, seconds, async () => {
    const head = await owner.client.object.headObject(bucketName, objectName);
    return head.objectInfo?.objectStatus === 1 ? head : undefined;
  });
}
