/**
 * The twisted Edwards curve −x² + y² = 1 + d·x²·y² of GNFD1-EDDSA (`reference/internal-grpc.md` §4.3; the base point in
 * `gateway-http.md` §2.7 is not on the curve).
 */
import { bigEndian, FIELD, FIELD_BYTES, inverse, mod, squareRoot } from './field.ts';

const D = 12181644023421730124874158521699555681764249180949974110617291017600649128846n;

/** Extended coordinates: the affine point is (x/z, y/z), and t·z = x·y. They add in nine multiplications. */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const ZERO: Point = { x: 0n, y: 1n, z: 1n, t: 0n };

export const BASE = affine(
  9671717474070082183213120605117400219616337014328744928644933853176787189663n,
  16950150798460657717958625567821834550301663161624707787222815936182638968203n,
);

function affine(x: bigint, y: bigint): Point {
  return { x, y, z: 1n, t: mod(x * y) };
}

export const negate = ({ x, y, z, t }: Point): Point => ({ x: FIELD - x, y, z, t: FIELD - t });

/** Formulas of Hisil, Wong, Carter and Dawson (2008) for a = −1; complete, so equal points and zero are no exception. */
export function add(p: Point, q: Point): Point {
  const a = ((p.y - p.x) * (q.y - q.x)) % FIELD;
  const b = ((p.y + p.x) * (q.y + q.x)) % FIELD;
  const c = (((p.t * q.t) % FIELD) * 2n * D) % FIELD;
  const d = (p.z * 2n * q.z) % FIELD;
  return fromParts(b - a, d - c, d + c, b + a);
}

export function double(p: Point): Point {
  const a = (p.x * p.x) % FIELD;
  const b = (p.y * p.y) % FIELD;
  const c = (2n * p.z * p.z) % FIELD;
  const e = ((p.x + p.y) * (p.x + p.y) - a - b) % FIELD;
  return fromParts(e, b - a - c, b - a, -a - b);
}

function fromParts(e: bigint, f: bigint, g: bigint, h: bigint): Point {
  return { x: (e * f) % FIELD, y: (g * h) % FIELD, z: (f * g) % FIELD, t: (e * h) % FIELD };
}

export function isZero({ x, y, z }: Point): boolean {
  return mod(x) === 0n && mod(y - z) === 0n;
}

/** Bits of a scalar that are added at a time. */
const WINDOW = 4;
const SCALAR_BITS = 256;

/** 0 to 15 times a point, for {@link sumOfProducts}. */
export function multiplesOf(point: Point): readonly Point[] {
  const multiples = [ZERO];
  while (multiples.length < 1 << WINDOW) multiples.push(add(multiples.at(-1)!, point));
  return multiples;
}

/** a·P + b·Q of scalars of at most 256 bits: doubled together, so that two cost little more than one (Straus). */
export function sumOfProducts(...terms: readonly (readonly [scalar: bigint, multiples: readonly Point[]])[]): Point {
  let sum = ZERO;
  for (let shift = SCALAR_BITS - WINDOW; shift >= 0; shift -= WINDOW) {
    for (let i = 0; i < WINDOW; i++) sum = double(sum);
    for (const [scalar, multiples] of terms) {
      const digit = Number((scalar >> BigInt(shift)) & 15n);
      if (digit !== 0) sum = add(sum, multiples[digit]!);
    }
  }
  return sum;
}

/** y little-endian; the top bit says that x is the larger of the two roots. undefined when no point has that y. */
export function decompress(bytes: Uint8Array): Point | undefined {
  if (bytes.length !== FIELD_BYTES) return undefined;
  const littleEndian = Buffer.from(bytes).reverse();
  const larger = (littleEndian[0]! & 0x80) !== 0;
  littleEndian[0]! &= 0x7f;
  const y = bigEndian(littleEndian);
  if (y >= FIELD) return undefined;
  const yy = mod(y * y);
  // −x² + y² = 1 + d·x²·y², solved for x²
  const root = squareRoot(mod((1n - yy) * inverse(-1n - D * yy)));
  if (root === undefined) return undefined;
  return affine(root > (FIELD - 1n) / 2n === larger ? root : mod(-root), y);
}
