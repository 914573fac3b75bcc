/**
 * A signer command: it alone reads the keys, and signs what it is asked for (`docs/guides/external-signer.md`). One of
 * your own would ask a vault or a device in place of the file.
 *
 *   node examples/external-signer/signer.ts keys.json
 *
 * The file holds an object with the hex of five keys: operator, seal, approval, gc, bls.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { addressOf, blsPublicKey, blsSign, publicKeyOf, signDigest } from '@prairie/chain';

interface Request {
  id: number;
  key: string;
  op: string;
  digest?: string;
}

const file = process.argv[2];
if (!file) throw new Error('expected a file of keys');
const keys = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>));

/** Each from a key, its name, and the 32 bytes to sign, where there are some. */
const operations: Record<string, (key: Buffer, name: string, digest: Buffer) => Uint8Array> = {
  address: (key) => Buffer.from(addressOf(key).slice(2), 'hex'),
  publicKey: (key, name) => (name === 'bls' ? blsPublicKey(key) : publicKeyOf(key)),
  signDigest: (key, _name, digest) => signDigest(key, digest),
  blsSign: (key, _name, digest) => blsSign(key, digest),
};

function answer({ key: name, op, digest }: Request): { result: string } | { error: string } {
  const key = keys.get(name);
  const operation = operations[op];
  if (!key) return { error: `there is no key ${name} here` };
  if (!operation) return { error: `unknown operation ${op}` };
  const signed = operation(Buffer.from(key, 'hex'), name, Buffer.from(digest ?? '', 'hex'));
  return { result: Buffer.from(signed).toString('hex') };
}

/** The line's end is the request's; the end of the input is the end of the provider. */
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request;
  process.stdout.write(`${JSON.stringify({ id: request.id, ...answer(request) })}\n`);
}
