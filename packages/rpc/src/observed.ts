/** Counting calls: interceptors of gRPC's own, on both sides, that tell an observer. Without one there are none. */
import {
  InterceptingCall,
  type Interceptor,
  ListenerBuilder,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { RpcEnd, RpcKind, RpcObserver, RpcSide } from '@prairie/gfsp';

const CANCELED = 'Canceled';

interface Described {
  path: string;
  requestStream: boolean;
  responseStream: boolean;
}

/** For `Client` of grpc-js. */
export function clientInterceptors(observer: RpcObserver | undefined): Interceptor[] {
  if (!observer) return [];
  const observe: Interceptor = (options, nextCall) => {
    const call = once(observer.began(described('client', options.method_definition)));
    return new InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        const listener = new ListenerBuilder()
          .withOnReceiveMessage((message, pass) => {
            // a unary call that failed gets nothing, and is told so
            if (message) call.received();
            pass(message);
          })
          .withOnReceiveStatus((end, pass) => {
            call.ended(nameOf(end.code));
            pass(end);
          })
          .build();
        next(metadata, listener);
      },
      sendMessage(message, next) {
        call.sent();
        next(message);
      },
    });
  };
  return [observe];
}

/** For `Server` of grpc-js. */
export function serverInterceptors(observer: RpcObserver | undefined): ServerInterceptor[] {
  if (!observer) return [];
  const observe: ServerInterceptor = (method, nextCall) => {
    const call = once(observer.began(described('server', method)));
    const listener = new ServerListenerBuilder()
      .withOnReceiveMessage((message, pass) => {
        call.received();
        pass(message);
      })
      .withOnCancel(() => call.ended(CANCELED))
      .build();
    const responder = new ResponderBuilder()
      .withStart((next) => next(listener))
      .withSendMessage((message, next) => {
        call.sent();
        next(message);
      })
      .withSendStatus((end, next) => {
        call.ended(nameOf(end.code ?? status.OK));
        next(end);
      })
      .build();
    return new ServerInterceptingCall(nextCall, responder);
  };
  return [observe];
}

/** A call that is cancelled may have a status too: the first of them counts. */
function once(call: RpcEnd): RpcEnd {
  let isOver = false;
  return {
    received: () => call.received(),
    sent: () => call.sent(),
    ended(code) {
      if (!isOver) call.ended(code);
      isOver = true;
    },
  };
}

/** `/package.Service/Method`. */
function described(side: RpcSide, { path, requestStream, responseStream }: Described) {
  const [, service = '', method = ''] = path.split('/');
  const kind: RpcKind = requestStream
    ? responseStream
      ? 'bidi_stream'
      : 'client_stream'
    : responseStream
      ? 'server_stream'
      : 'unary';
  return { side, kind, service, method };
}

/** As gRPC's exporters for Prometheus have them: `OK`, `Canceled`, `DeadlineExceeded`. */
function nameOf(code: status): string {
  if (code === status.OK) return 'OK';
  if (code === status.CANCELLED) return CANCELED;
  const words = (status[code] ?? 'UNKNOWN').split('_');
  return words.map((word) => `${word[0]}${word.slice(1).toLowerCase()}`).join('');
}
