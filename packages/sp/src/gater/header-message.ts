/** Messages that come in a header as hex: of users (proto-JSON) and of other providers (`reference/sp-to-sp.md` §1, §3). */
import {
  fromHeaderJson,
  fromProtoJson,
  type Init,
  type MessageType,
  parseJson,
  recoverAddress,
  sortedJson,
  taskDigest,
  toProtoJson,
} from '@prairie/chain';
import { gatewayErrors } from './errors.ts';
import { type GatewayRequest, header } from './http/handler.ts';

type Asked = Pick<GatewayRequest, 'message'>;

/** The bytes; none for a header that is absent. @throws gateway 50005 */
export function headerBytes(request: Asked, name: string): Buffer {
  const hex = header(request, name);
  const bytes = Buffer.from(hex, 'hex');
  // it ends at what is no hex
  if (bytes.length * 2 !== hex.length) throw gatewayErrors.undecodableMessage(`${name}: hex is expected`);
  return bytes;
}

/** Proto-JSON, as the chain has it: unknown fields are refused. @throws gateway 50005 */
export function headerMessage<T>(type: MessageType<T>, request: Asked, name: string): T {
  return decoded(request, name, (text) => fromProtoJson(type, parseJson(text), { strict: true }));
}

/** The JSON that providers send each other: unknown fields are left out. @throws gateway 50005 */
export function headerTask<T>(type: MessageType<T>, request: Asked, name: string): T {
  return decoded(request, name, (text) => fromHeaderJson(type, text));
}

/** A message as it goes into a header. */
export function toHeader<T>(type: MessageType<T>, value: T): string {
  return Buffer.from(sortedJson(toProtoJson(type, value as Init<T>))).toString('hex');
}

/** Operator of the provider that signed a task. @throws gateway 50015 */
export function taskSigner<T extends { signature: Uint8Array }>(type: MessageType<T>, task: T): string {
  try {
    return recoverAddress(taskDigest(type, task as Init<T>), task.signature);
  } catch (error) {
    throw gatewayErrors.wrongSignature(undefined, error);
  }
}

function decoded<T>(request: Asked, name: string, read: (text: string) => T): T {
  const bytes = headerBytes(request, name);
  try {
    return read(bytes.toString());
  } catch (error) {
    throw gatewayErrors.undecodableMessage(`${name}: ${(error as Error).message}`, error);
  }
}
