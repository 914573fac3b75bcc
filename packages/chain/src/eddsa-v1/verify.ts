/**
 * GNFD1-EDDSA, the older off-chain signature: EdDSA on a curve over bn254's scalar field, hashed with MiMC
 * (`reference/internal-grpc.md` §4.3). Verification only: new keys are Ed25519 (GNFD2-EDDSA).
 */
import { BoundedCache } from '../bounded-cache.ts';
import { add, BASE, decompress, double, isZero, multiplesOf, negate, type Point, sumOfProducts } from './curve.ts';
import { bigEndian, FIELD_BYTES, toBytes } from './field.ts';
import { mimc } from './mimc.ts';

interface PublicKey {
  readonly point: Point;
  /** Of the negated point. */
  readonly multiples: readonly Point[];
}

/** An account signs many requests with one key. */
const keys = new BoundedCache<string, PublicKey>(1024);
let baseMultiples: readonly Point[] | undefined;

/** Whether `signature` (64 bytes: R compressed ‖ S big-endian) is of `message` by `publicKey` (32 bytes). */
export function eddsaV1Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 2 * FIELD_BYTES) return false;
  const key = publicKeyOf(publicKey);
  const r = key && decompress(signature.subarray(0, FIELD_BYTES));
  if (!r) return false;
  const s = bigEndian(signature.subarray(FIELD_BYTES));
  const h = mimc(Buffer.concat([...[r.x, r.y, key.point.x, key.point.y].map(toBytes), message]));
  baseMultiples ??= multiplesOf(BASE);
  // 8·S·B = 8·(R + h·A), all on one side; the cofactor is 8
  const difference = add(sumOfProducts([s, baseMultiples], [h, key.multiples]), negate(r));
  return isZero(double(double(double(difference))));
}

function publicKeyOf(bytes: Uint8Array): PublicKey | undefined {
  const name = Buffer.from(bytes).toString('hex');
  const known = keys.get(name);
  if (known) return known;
  const point = decompress(bytes);
  return point && keys.set(name, { point, multiples: multiplesOf(negate(point)) });
}
