/**
 * GNFD1-EDDSA, the older off-chain signature: EdDSA on the twisted Edwards curve over the bn254 scalar field, hashed with
 * MiMC (`reference/internal-grpc.md` §4.3; the base point in `gateway-http.md` §2.7 is not on the curve). Verification
 * only: new keys are Ed25519 (GNFD2-EDDSA).
 */
import { keccak256 } from './hash.ts';

const FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const D = 12181644023421730124874158521699555681764249180949974110617291017600649128846n;
const BASE = {
  x: 9671717474070082183213120605117400219616337014328744928644933853176787189663n,
  y: 16950150798460657717958625567821834550301663161624707787222815936182638968203n,
  z: 1n,
};
const COFACTOR = 8n;
const COORDINATE_BYTES = 32;
const MIMC_ROUNDS = 91;

/** Projective: the affine point is (x/z, y/z). */
interface Point {
  x: bigint;
  y: bigint;
  z: bigint;
}

/** Whether `signature` (64 bytes: R compressed ‖ S big-endian) is of `message` by `publicKey` (32 bytes). */
export function eddsaV1Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 2 * COORDINATE_BYTES) return false;
  const r = decompress(signature.subarray(0, COORDINATE_BYTES));
  const a = decompress(publicKey);
  if (!r || !a) return false;
  const s = bigEndian(signature.subarray(COORDINATE_BYTES));
  const h = mimc(Buffer.concat([...[r.x, r.y, a.x, a.y].map(toBytes), message]));
  const left = times(times(BASE, s), COFACTOR);
  const right = times(add(r, times(a, h)), COFACTOR);
  return mod(left.x * right.z - right.x * left.z) === 0n && mod(left.y * right.z - right.y * left.z) === 0n;
}

const mod = (value: bigint): bigint => {
  const rest = value % FIELD;
  return rest < 0n ? rest + FIELD : rest;
};

/** y little-endian; the top bit says that x is the larger of the two roots. undefined when no point has that y. */
function decompress(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== COORDINATE_BYTES) return undefined;
  const littleEndian = Buffer.from(bytes).reverse();
  const larger = (littleEndian[0]! & 0x80) !== 0;
  littleEndian[0]! &= 0x7f;
  const y = bigEndian(littleEndian);
  if (y >= FIELD) return undefined;
  const yy = mod(y * y);
  // −x² + y² = 1 + d·x²·y², solved for x²
  const root = squareRoot(mod((1n - yy) * inverse(mod(-1n - D * yy))));
  if (root === undefined) return undefined;
  const x = root > (FIELD - 1n) / 2n === larger ? root : mod(-root);
  return { x, y, z: 1n };
}

/** Unified addition for a = −1: also doubles. */
function add(p: Point, q: Point): Point {
  const a = mod(p.z * q.z);
  const b = mod(a * a);
  const c = mod(p.x * q.x);
  const d = mod(p.y * q.y);
  const e = mod(D * mod(c * d));
  const [f, g] = [b - e, b + e];
  return {
    x: mod(a * mod(f * ((p.x + p.y) * (q.x + q.y) - c - d))),
    y: mod(a * mod(g * (d + c))),
    z: mod(f * g),
  };
}

function times(point: Point, scalar: bigint): Point {
  let sum: Point = { x: 0n, y: 1n, z: 1n };
  let doubled = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, doubled);
    doubled = add(doubled, doubled);
  }
  return sum;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

const inverse = (value: bigint): bigint => power(value, FIELD - 2n);

/** The field's order minus one is 2²⁸ times this odd number. */
const TWO_ADICITY = 28;
const ODD = (FIELD - 1n) >> BigInt(TWO_ADICITY);
/** Any number that is no square; 5 generates the field's multiplicative group. */
const NON_RESIDUE = 5n;

/** Tonelli–Shanks. undefined when `value` is no square. */
function squareRoot(value: bigint): bigint | undefined {
  if (value === 0n) return 0n;
  if (power(value, (FIELD - 1n) / 2n) !== 1n) return undefined;
  let order = TWO_ADICITY;
  let c = power(NON_RESIDUE, ODD);
  let t = power(value, ODD);
  let root = power(value, (ODD + 1n) / 2n);
  while (t !== 1n) {
    let i = 0;
    for (let square = t; square !== 1n; square = mod(square * square)) i++;
    const b = power(c, 1n << BigInt(order - i - 1));
    order = i;
    c = mod(b * b);
    t = mod(t * c);
    root = mod(root * b);
  }
  return root;
}

/** Made when first needed: few programs ever verify such a signature. */
let constants: bigint[] | undefined;

/** c₀ = keccak(keccak("seed")), each next the keccak of the one before it; reduced when used. */
function mimcConstants(): bigint[] {
  let bytes = keccak256(Buffer.from('seed'));
  return Array.from({ length: MIMC_ROUNDS }, () => {
    bytes = keccak256(bytes);
    return mod(bigEndian(bytes));
  });
}

/** Miyaguchi–Preneel over 32-byte blocks; a short last one is padded with zeros in front. */
function mimc(data: Buffer): bigint {
  constants ??= mimcConstants();
  let state = 0n;
  for (let at = 0; at < data.length; at += COORDINATE_BYTES) {
    const block = mod(bigEndian(data.subarray(at, at + COORDINATE_BYTES)));
    let mixed = block;
    for (const constant of constants) mixed = power(mixed + state + constant, 5n);
    state = mod(mixed + state + state + block);
  }
  return state;
}

function bigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * COORDINATE_BYTES, '0'), 'hex');
}
