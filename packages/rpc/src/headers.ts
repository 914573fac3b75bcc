/** What a call carries beside its message: what it is about, and what others hang on it, such as a trace. */
import { Metadata } from '@grpc/grpc-js';
import { type CallContext, currentContext, type Propagator, withContext } from '@prairie/gfsp';

/** Headers of our own. The reference has none; its clients send none and ignore ours. */
export const Header = {
  request: 'prairie-request',
  task: 'prairie-task',
  member: 'prairie-member',
  contentLength: 'prairie-content-length',
  /** The last message of the upload is an empty one. */
  endMark: 'prairie-end-mark',
} as const;

/** Longer texts than any id or key of a task are not carried: headers are small. */
const MAX_TEXT = 4096;

/** Headers hold ASCII only, names of objects anything. */
const pack = (text: string): string => encodeURIComponent(text.slice(0, MAX_TEXT).toWellFormed());

/** The text of a header; empty when it is absent or malformed. */
export function readHeader(metadata: Metadata, name: string): string {
  try {
    return decodeURIComponent(String(metadata.get(name)[0] ?? ''));
  } catch {
    return '';
  }
}

/** Headers of a call that goes out from here. */
export function outgoing(own: Readonly<Record<string, string>>, propagator?: Propagator): Metadata {
  const metadata = new Metadata();
  const { request, task } = currentContext();
  const ours = { ...own, ...(request && { [Header.request]: request }), ...(task && { [Header.task]: task }) };
  for (const [name, value] of Object.entries(ours)) metadata.set(name, pack(value));
  if (!propagator) return metadata;
  const theirs: Record<string, string> = {};
  propagator.inject(theirs);
  for (const [name, value] of Object.entries(theirs)) metadata.set(name, value);
  return metadata;
}

/** Runs `work` in the context of the caller. */
export function within<T>(metadata: Metadata, propagator: Propagator | undefined, work: () => T): T {
  const request = readHeader(metadata, Header.request);
  const task = readHeader(metadata, Header.task);
  const context: CallContext = { ...(request && { request }), ...(task && { task }) };
  const inContext = () => withContext(context, work);
  if (!propagator) return inContext();
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata.getMap())) if (typeof value === 'string') headers[name] = value;
  return propagator.extract(headers, inContext);
}
