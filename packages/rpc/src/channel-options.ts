/** Settings of gRPC channels and credentials, the same for both sides. */
import { readFileSync } from 'node:fs';
import { ChannelCredentials, type ChannelOptions, ServerCredentials } from '@grpc/grpc-js';

/** Each side shows a certificate and checks the other's against one authority. PEM files. */
export interface RpcTls {
  caFile: string;
  certFile: string;
  keyFile: string;
}

/** The largest message taken: a piece of 16 MiB four times over. Larger bodies are streams. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * Payload bytes of one message of a stream. gRPC reads up to 16 messages ahead of the handler, so this bounds what a
 * slow reader holds to 4 MiB a stream; at 256 KiB the cost of a message is small beside that of its bytes.
 */
export const PAYLOAD_BYTES = 256 * 1024;

/** Bytes in flight of one connection and of one stream: what 1 GB/s keeps under way within 1 ms. */
const WINDOW_BYTES = 1024 * 1024;

/**
 * A caller pings while a call is open, so that a peer that vanished without closing its socket is noticed after 12 s at
 * most; without calls there are no pings.
 */
const CLIENT_KEEPALIVE = { time: 10_000, timeout: 2_000 };

/** A server asks less often: a member that vanished keeps its work for half a minute, much less than a task's timeout. */
const SERVER_KEEPALIVE = { time: 20_000, timeout: 10_000 };

/** Small calls are kept until they are answered, to send them again when the server refused them unread. */
const RETRY_BYTES = 64 * 1024;

export function clientOptions(maxMessageBytes: number): ChannelOptions {
  return {
    ...limits(maxMessageBytes),
    'grpc.keepalive_time_ms': CLIENT_KEEPALIVE.time,
    'grpc.keepalive_timeout_ms': CLIENT_KEEPALIVE.timeout,
    'grpc.keepalive_permit_without_calls': 0,
    'grpc.initial_reconnect_backoff_ms': 100,
    // a peer that restarts is found within a second and a half
    'grpc.max_reconnect_backoff_ms': 1500,
    // a channel that is not used and not connected stops trying
    'grpc.client_idle_timeout_ms': 60_000,
    'grpc.per_rpc_retry_buffer_size': RETRY_BYTES,
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_http_proxy': 0,
    // two clients of one process are told apart when a peer counts its connections
    'grpc.use_local_subchannel_pool': 1,
  };
}

export function serverOptions(maxMessageBytes: number, maxStreams: number): ChannelOptions {
  return {
    ...limits(maxMessageBytes),
    'grpc.keepalive_time_ms': SERVER_KEEPALIVE.time,
    'grpc.keepalive_timeout_ms': SERVER_KEEPALIVE.timeout,
    'grpc.max_concurrent_streams': maxStreams,
  };
}

const limits = (maxMessageBytes: number): ChannelOptions => ({
  'grpc.max_receive_message_length': maxMessageBytes,
  'grpc.max_send_message_length': maxMessageBytes,
  'grpc-node.flow_control_window': WINDOW_BYTES,
  'grpc.enable_channelz': 0,
});

/** @throws when a file cannot be read */
export function clientCredentials(tls: RpcTls | undefined): ChannelCredentials {
  if (!tls) return ChannelCredentials.createInsecure();
  const { ca, cert, key } = readTls(tls);
  return ChannelCredentials.createSsl(ca, key, cert);
}

/** @throws when a file cannot be read */
export function serverCredentials(tls: RpcTls | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const { ca, cert, key } = readTls(tls);
  return ServerCredentials.createSsl(ca, [{ private_key: key, cert_chain: cert }], true);
}

const readTls = ({ caFile, certFile, keyFile }: RpcTls) => ({
  ca: readFileSync(caFile),
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
});
