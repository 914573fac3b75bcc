/** Bytes in order, in chunks of any size. Pulling slowly holds the sender back. */
export type ByteStream = AsyncIterable<Uint8Array>;
