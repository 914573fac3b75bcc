/** MiMC, the hash of GNFD1-EDDSA (`reference/internal-grpc.md` §4.3): 91 rounds of the fifth power. */
import { keccak256 } from '../hash.ts';
import { bigEndian, FIELD, FIELD_BYTES, mod } from './field.ts';

const ROUNDS = 91;

/** Made when first needed: few programs ever verify such a signature. */
let constants: bigint[] | undefined;

/** c₀ = keccak(keccak("seed")), each next the keccak of the one before it; reduced when used. */
function roundConstants(): bigint[] {
  let bytes = keccak256(Buffer.from('seed'));
  return Array.from({ length: ROUNDS }, () => {
    bytes = keccak256(bytes);
    return mod(bigEndian(bytes));
  });
}

/** Miyaguchi–Preneel over 32-byte blocks; a short last one is padded with zeros in front. */
export function mimc(data: Buffer): bigint {
  constants ??= roundConstants();
  let state = 0n;
  for (let at = 0; at < data.length; at += FIELD_BYTES) {
    const block = mod(bigEndian(data.subarray(at, at + FIELD_BYTES)));
    let mixed = block;
    for (const constant of constants) {
      const sum = mixed + state + constant;
      const square = (sum * sum) % FIELD;
      mixed = (((square * square) % FIELD) * sum) % FIELD;
    }
    state = mod(mixed + state + state + block);
  }
  return state;
}
