/** Handlers as gRPC calls them: events and callbacks of a call made of promises and iterators. */
import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  Metadata as MetadataClass,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js';
import { GfSpError, type Logger, type Propagator } from '@prairie/gfsp';
import { StatusError, toStatus } from '../errors.ts';
import { within } from '../headers.ts';
import type { AnyMethod, MethodKind, ServedCall } from '../method.ts';

export interface AdapterDependencies {
  logger: Logger;
  propagator: Propagator | undefined;
  /** Aborts when the server stops: held calls end then. */
  stopping: AbortSignal;
  /** Aborts when it has waited long enough: the other calls end then, whatever their handlers do. */
  breaking: AbortSignal;
}

// biome-ignore lint/suspicious/noExplicitAny: messages of whatever method
type Message = any;
type Run = (...args: Message[]) => Message;

interface AnyCall {
  readonly metadata: Metadata;
  getPeer(): string;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** What a handler is given besides its request; `release` forgets the call when it is over. */
function begin(method: AnyMethod, call: AnyCall, { stopping, breaking }: AdapterDependencies) {
  const gone = new AbortController();
  call.on('cancelled', () => gone.abort(new Error('the caller went away')));
  const ending = method.held ? stopping : breaking;
  const stop = () => gone.abort(new StatusError(status.UNAVAILABLE, 'the server is stopping'));
  if (ending.aborted) stop();
  ending.addEventListener('abort', stop, { once: true });
  const served: ServedCall = { metadata: call.metadata, signal: gone.signal, peer: call.getPeer() };
  return { served, release: () => ending.removeEventListener('abort', stop) };
}

/** Throws when the call is ended from here, so that a handler that does not look at its signal holds nothing up. */
async function unlessEnded<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => {
    if (signal.reason instanceof StatusError) reject(signal.reason);
  };
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** An error that is nobody's answer is a fault of ours: it goes to the log, with its stack's message. */
function report(method: AnyMethod, error: unknown, signal: AbortSignal, logger: Logger): void {
  if (signal.aborted || error instanceof GfSpError || error instanceof StatusError) return;
  logger.error('a call failed', { method: method.path, error });
}

/** What a call answers that was ended from here. */
const endedBy = (signal: AbortSignal): StatusError | undefined =>
  signal.reason instanceof StatusError ? signal.reason : undefined;

type Reply = (error: { code: status; details: string } | null, response?: Message) => void;

/** Calls the handler and answers once, whatever it does. */
async function answer(
  method: AnyMethod,
  call: AnyCall,
  reply: Reply,
  handle: (served: ServedCall) => Promise<Message>,
  dependencies: AdapterDependencies,
): Promise<void> {
  const { served, release } = begin(method, call, dependencies);
  try {
    const work = within(call.metadata, dependencies.propagator, () => handle(served));
    const response = await unlessEnded(served.signal, work);
    // a held call that returns because it was told to has no answer
    served.signal.throwIfAborted();
    reply(null, response);
  } catch (thrown) {
    const error = endedBy(served.signal) ?? thrown;
    report(method, error, served.signal, dependencies.logger);
    if (method.errors === 'field' && !(error instanceof StatusError)) {
      reply(null, { err: GfSpError.from(error).toJSON() });
    } else reply(toStatus(error));
  } finally {
    release();
  }
}

/** Messages of the caller as they are asked for; throws when it goes away before the last one. */
function requestsOf(
  call: ServerReadableStream<Message, Message> | ServerDuplexStream<Message, Message>,
): AsyncIterableIterator<Message> {
  call.on('cancelled', () => call.destroy(new Error('the caller went away before its last message')));
  // a stream that breaks while nobody reads it is told by the signal
  call.on('error', () => {});
  return call.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Message>;
}

/** Sends what `open` gives, each message when the one before has left. */
async function answerMany(
  method: AnyMethod,
  call: ServerWritableStream<Message, Message> | ServerDuplexStream<Message, Message>,
  open: (served: ServedCall) => Promise<AsyncIterable<Message>>,
  dependencies: AdapterDependencies,
): Promise<void> {
  const { served, release } = begin(method, call, dependencies);
  const { signal } = served;
  try {
    await within(call.metadata, dependencies.propagator, async () => {
      const source = (await unlessEnded(signal, open(served)))[Symbol.asyncIterator]();
      // tells the caller that there is no error so far
      call.sendMetadata(new MetadataClass());
      await send(call, source, signal);
    });
    const ended = endedBy(signal);
    if (ended) call.emit('error', toStatus(ended));
    else call.end();
  } catch (thrown) {
    const error = endedBy(signal) ?? thrown;
    report(method, error, signal, dependencies.logger);
    call.emit('error', toStatus(error));
  } finally {
    release();
  }
}

async function send(
  call: ServerWritableStream<Message, Message> | ServerDuplexStream<Message, Message>,
  source: AsyncIterator<Message>,
  signal: AbortSignal,
): Promise<void> {
  const { promise: gone, resolve } = Promise.withResolvers<'gone'>();
  const leave = () => resolve('gone');
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    for (;;) {
      const next = await Promise.race([source.next(), gone]);
      if (next === 'gone' || next.done) return;
      const sent = new Promise<void>((written) => call.write(next.value, () => written()));
      if ((await Promise.race([sent, gone])) === 'gone') return;
    }
  } finally {
    signal.removeEventListener('abort', leave);
    // not awaited: it ends when the source has noticed
    void Promise.resolve(source.return?.()).catch(() => {});
  }
}

type Adapter = (method: AnyMethod, run: Run, dependencies: AdapterDependencies) => unknown;

export const ADAPTERS: Readonly<Record<MethodKind, Adapter>> = {
  unary: (method, run, dependencies): handleUnaryCall<Message, Message> => {
    return (call, reply) => void answer(method, call, reply, async (served) => run(call.request, served), dependencies);
  },
  up: (method, run, dependencies): handleClientStreamingCall<Message, Message> => {
    return (call, reply) =>
      void answer(method, call, reply, async (served) => run(requestsOf(call), served), dependencies);
  },
  down: (method, run, dependencies): handleServerStreamingCall<Message, Message> => {
    return (call) => void answerMany(method, call, async (served) => run(call.request, served), dependencies);
  },
  both: (method, run, dependencies): handleBidiStreamingCall<Message, Message> => {
    return (call) => void answerMany(method, call, async (served) => run(requestsOf(call), served), dependencies);
  },
};
