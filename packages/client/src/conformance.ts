/** Checks the canonical request against golden vectors. */
import { createPublicKey, verify } from 'node:crypto';
import { keccak256, recoverAddress } from '@prairie/chain';
import { expectSame, fromHex, readVectors, reportOn, type VectorReport } from '@prairie/chain/conformance';
import { canonicalRequest, encodePath, type SignableRequest } from './auth/canonical.ts';

interface Row {
  method: string;
  url: string;
  headers: Record<string, string>;
  canonical_request: string;
  msg_to_sign_keccak256: string;
  ecdsa_signature: string;
  eddsa_public_key: string;
  eddsa_signature: string;
  recovered: string;
}

interface Gnfd1Vectors {
  rows: Row[];
  presigned: { url: string; canonical_request: string; msg_to_sign_keccak256: string }[];
  encode_path: { path: string; encoded: string }[];
}

/** `gnfd1-auth.json`: canonical bytes, digests and signers; path encoding; presigned URLs. */
export function checkGnfd1AuthVectors(dir: string): VectorReport {
  const vectors = readVectors<Gnfd1Vectors>(dir, 'gnfd1-auth.json');
  const reports = [
    reportOn(vectors.rows, (row) => `${row.method} ${row.url}`, checkRow),
    reportOn(vectors.presigned, (row) => row.url, checkPresigned),
    reportOn(
      vectors.encode_path,
      (row) => row.path,
      (row) => expectSame('path', encodePath(Buffer.from(row.path).toString('latin1')), row.encoded),
    ),
  ];
  return {
    matched: reports.reduce((sum, r) => sum + r.matched, 0),
    total: reports.reduce((sum, r) => sum + r.total, 0),
    mismatches: reports.flatMap((r) => r.mismatches),
  };
}

function checkRow(row: Row): void {
  const canonical = canonicalRequest(requestOf(row.url, row.method, row.headers));
  expectSame('canonical request', canonical.toString('latin1'), Buffer.from(row.canonical_request).toString('latin1'));
  expectSame('digest', keccak256(canonical).toString('hex'), row.msg_to_sign_keccak256);
  expectSame('signer', recoverAddress(keccak256(canonical), fromHex(row.ecdsa_signature)), row.recovered);
  const key = ed25519Key(fromHex(row.eddsa_public_key));
  expectSame('Ed25519', verify(null, keccak256(canonical), key, fromHex(row.eddsa_signature)), true);
}

/** A raw public key of 32 bytes as Node's crypto takes it. */
function ed25519Key(raw: Buffer) {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
}

function checkPresigned(row: Gnfd1Vectors['presigned'][number]): void {
  const canonical = canonicalRequest(requestOf(row.url, 'GET', {}), { presigned: true });
  expectSame('canonical request', canonical.toString(), row.canonical_request);
  expectSame('digest', keccak256(canonical).toString('hex'), row.msg_to_sign_keccak256);
}

/** The vectors' URLs are as written by people: what a request line cannot carry is escaped first. */
function requestOf(url: string, method: string, headers: Record<string, string>): SignableRequest {
  const match = /^https?:\/\/([^/?]+)([^?]*)(\?.*)?$/s.exec(url)!;
  const target = `${Buffer.from(match[2]!).toString('latin1')}${match[3] ?? ''}`;
  return { method, target, host: match[1]!, rawHeaders: Object.entries(headers).flat() };
}
