export type { RpcTls } from './channel-options.ts';
export {
  type ConnectedModules,
  type ConnectOptions,
  connectModules,
  type Endpoints,
} from './client/connect-modules.ts';
export { rpcErrors, StatusError } from './errors.ts';
export {
  both,
  defineRpc,
  down,
  type Handler,
  type Handlers,
  type MethodKind,
  type MethodTraits,
  type RpcMethod,
  type RpcService,
  type ServedCall,
  type ServedService,
  serve,
  unary,
  up,
} from './method.ts';
export { RpcServer, type RpcServerDependencies, type RpcServerOptions } from './server/rpc-server.ts';
