/**
 * Bytes in order, in chunks of any size. Pulling slowly holds the sender back. A chunk is the reader's until it asks for
 * the next one: its memory may be used again then.
 */
export type ByteStream = AsyncIterable<Uint8Array>;
