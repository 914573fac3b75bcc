/** Checks this package against golden vectors, for the conformance suites and its own tests. */
import './conformance/tasks.ts';
import { blsAggregate, blsFastAggregateVerify, blsVerify } from './bls.ts';
import { expectSame, fromHex, readVectors, reportOn, type VectorReport } from './conformance/report.ts';
import { recoverAddress } from './ecdsa.ts';
import { eddsaV1Verify } from './eddsa-v1/verify.ts';
import { type TypedData, typedData, typedDataDigest } from './eip712.ts';
import { keccak256 } from './hash.ts';
import { fromAminoJson, fromHeaderJson, fromProtoJson, toHeaderJson, toProtoJson } from './json.ts';
import { decode } from './proto/decode.ts';
import { type MessageType, messageType } from './proto/define.ts';
import { encode } from './proto/encode.ts';
import { AuthInfo, Tx, TxBody, TxRaw } from './proto/generated/cosmos.tx.v1beta1.ts';
import { approvalSignText, sealDocDigest, sealDocJson, taskSignBytes } from './sign-docs.ts';
import { decodeTx, signDocOf } from './tx.ts';

export { expectSame, fromHex, readVectors, reportOn, type VectorReport } from './conformance/report.ts';

interface Eip712Row {
  name: string;
  account_number: number;
  sequence: number;
  signer: string;
  sign_hash: string;
  signature: string;
  tx_json: object;
  tx_raw_base64: string;
  typed_data: { types: TypedData['types']; message: Record<string, unknown> };
}

/** `eip712.json`: typed data, digest, signature, wire bytes and proto JSON of transactions. */
export function checkEip712Vectors(dir: string): VectorReport {
  const { chain_id, rows } = readVectors<{ chain_id: string; rows: Eip712Row[] }>(dir, 'eip712.json');
  return reportOn(
    rows,
    (row) => row.name,
    (row) => {
      const bytes = Buffer.from(row.tx_raw_base64, 'base64');
      const context = {
        chainId: chain_id,
        accountNumber: BigInt(row.account_number),
        sequence: BigInt(row.sequence),
        signer: row.signer,
      };
      const doc = signDocOf(decodeTx(bytes), context);
      const data = typedData(doc);
      expectSame('types', data.types, row.typed_data.types);
      expectSame('message', data.message, withHexBytes(row.typed_data.types, 'Tx', row.typed_data.message));
      const digest = typedDataDigest(doc);
      expectSame('digest', digest.toString('hex'), row.sign_hash);
      expectSame('signer', recoverAddress(digest, fromHex(row.signature)), row.signer);
      expectSame('proto JSON', toProtoJson(Tx, decode(Tx, bytes), { emptyBytes: 'null' }), row.tx_json);
      expectSame('wire bytes', wireOf(row.tx_json).toString('base64'), row.tx_raw_base64);
    },
  );
}

/** Transaction bytes from proto JSON. */
function wireOf(json: object): Buffer {
  const tx = fromProtoJson(Tx, json);
  return encode(TxRaw, {
    body_bytes: encode(TxBody, tx.body!),
    auth_info_bytes: encode(AuthInfo, tx.auth_info!),
    signatures: tx.signatures,
  });
}

/** The vectors print `bytes` members as base64, wallets take them as hex. */
function withHexBytes(types: TypedData['types'], type: string, value: unknown): unknown {
  if (type.endsWith('[]')) return (value as unknown[]).map((item) => withHexBytes(types, type.slice(0, -2), item));
  if (type === 'bytes') return `0x${Buffer.from(value as string, 'base64').toString('hex')}`;
  const members = types[type];
  if (!members) return value;
  const struct = value as Record<string, unknown>;
  return Object.fromEntries(members.map((m) => [m.name, withHexBytes(types, m.type, struct[m.name])]));
}

interface BlsRow {
  kind: string;
  doc: {
    chain_id: string;
    checksum: string;
    gvg_id: number;
    object_id: string;
  };
  sign_bytes: string;
  bls_sign_hash_keccak256: string;
  signatures: { public_key: string; signature: string; verify: boolean }[];
  aggregate: string;
  aggregate_first_two: string;
  fast_aggregate_verify: boolean;
  fast_aggregate_verify_first_two: boolean;
  fast_aggregate_verify_first_two_against_all: boolean;
}

/** `bls.json`: documents, single signatures, aggregates. */
export function checkBlsVectors(dir: string): VectorReport {
  const { rows } = readVectors<{ rows: BlsRow[] }>(dir, 'bls.json');
  return reportOn(
    rows,
    (row) => row.kind,
    (row) => {
      const doc = blsDoc(row);
      expectSame('sign bytes', doc.text, row.sign_bytes);
      expectSame('digest', doc.digest.toString('hex'), row.bls_sign_hash_keccak256);
      const keys = row.signatures.map((s) => fromHex(s.public_key));
      const signatures = row.signatures.map((s) => fromHex(s.signature));
      for (const [i, s] of row.signatures.entries()) {
        expectSame(`signature ${i + 1}`, blsVerify(keys[i]!, doc.digest, signatures[i]!), s.verify);
      }
      const two = fromHex(row.aggregate_first_two);
      expectSame('aggregate', blsAggregate(signatures).toString('hex'), row.aggregate);
      expectSame('aggregate of two', blsAggregate(signatures.slice(0, 2)).toString('hex'), row.aggregate_first_two);
      const verify = (list: Buffer[], signature: Buffer) => blsFastAggregateVerify(list, doc.digest, signature);
      expectSame('all', verify(keys, fromHex(row.aggregate)), row.fast_aggregate_verify);
      expectSame('two', verify(keys.slice(0, 2), two), row.fast_aggregate_verify_first_two);
      expectSame('two against all', verify(keys, two), row.fast_aggregate_verify_first_two_against_all);
    },
  );
}

function blsDoc(row: BlsRow): { text: string; digest: Buffer } {
  if (row.kind !== 'SecondarySpSealObjectSignDoc') throw new Error(`unknown kind of document ${row.kind}`);
  const doc = {
    chainId: row.doc.chain_id,
    globalVirtualGroupId: row.doc.gvg_id,
    objectId: BigInt(row.doc.object_id),
    checksum: fromHex(row.doc.checksum),
  };
  return { text: sealDocJson(doc), digest: sealDocDigest(doc) };
}

interface SignBytesRow {
  kind: string;
  input: { type?: string; value?: object };
  sign_bytes: string;
  keccak256: string;
  signature: string;
  signer_address: string;
}

interface SignBytesFile {
  rows: SignBytesRow[];
  ping_protobuf: string;
  pong_protobuf: string;
}

/** `sign-bytes.json`: approvals, tasks and p2p messages. */
export function checkSignBytesVectors(dir: string): VectorReport {
  const file = readVectors<SignBytesFile>(dir, 'sign-bytes.json');
  const wire: Record<string, string> = { GfSpPing: file.ping_protobuf, GfSpPong: file.pong_protobuf };
  return reportOn(
    file.rows,
    (row) => row.kind,
    (row) => {
      const name = row.kind.split('.')[0]!;
      const bytes = name.startsWith('Msg') ? approvalBytes(name, row.input) : taskBytes(name, row.input);
      expectSame('sign bytes', bytes.toString(), row.sign_bytes);
      const digest = keccak256(bytes);
      expectSame('digest', digest.toString('hex'), row.keccak256);
      expectSame('signer', recoverAddress(digest, fromHex(row.signature)), row.signer_address);
      if (wire[name]) expectSame('wire bytes', wireOfPeerMessage(name, wire[name], row.input), wire[name]);
    },
  );
}

function approvalBytes(name: string, input: object): Buffer {
  const module = name === 'MsgSwapOut' ? 'virtualgroup' : 'storage';
  const type = messageType(`greenfield.${module}.${name}`);
  return Buffer.from(approvalSignText(type, fromProtoJson(type, input)));
}

const vectorType = (name: string): MessageType => messageType(`prairie.vectors.${name}`);

function taskBytes(name: string, input: SignBytesRow['input']): Buffer {
  const type = vectorType(name);
  const task = fromAminoJson(type, input.value ?? input);
  // receivers rebuild the signed bytes from header JSON, so it has to lose nothing
  return taskSignBytes(type, fromHeaderJson(type, toHeaderJson(type, task)));
}

/** The vector's message, signature included, written again from its parts. */
function wireOfPeerMessage(name: string, recorded: string, input: SignBytesRow['input']): string {
  const type = vectorType(name);
  const { signature } = decode(type, fromHex(recorded));
  const fields = fromAminoJson(type, input.value ?? input);
  return encode(type, { ...fields, signature }).toString('hex');
}

interface EddsaV1Row {
  message: string;
  public_key: string;
  signature: string;
  verify: boolean;
}

/** `eddsa-v1-bn254-mimc.json`: off-chain signatures of the first kind. */
export function checkEddsaV1Vectors(dir: string): VectorReport {
  const { rows } = readVectors<{ rows: EddsaV1Row[] }>(dir, 'eddsa-v1-bn254-mimc.json');
  return reportOn(
    rows,
    (row) => `message ${row.message}`,
    (row) => {
      const got = eddsaV1Verify(fromHex(row.public_key), fromHex(row.message), fromHex(row.signature));
      expectSame('verify', got, row.verify);
    },
  );
}
