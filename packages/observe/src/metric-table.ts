/**
 * Every metric that this provider can feed: name, type, labels (`reference/cli-and-config.md` §6). What the reference has
 * and nothing here feeds is not registered: a series that is always 0 tells a lie. `docs/observability.md` lists those.
 */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary';

export interface MetricRow {
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

/** Prometheus' defaults in seconds, and finer ones below: most calls within a machine take less than 5 ms. */
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Waits in queues and background work last longer than calls. */
const LONG_SECONDS = [...SECONDS.slice(5), 30, 60, 300];
/** 1 KiB to 4 GiB. The reference's buckets end at 10 bytes, so that all of its sizes are in the last one. */
const BYTES = Array.from({ length: 12 }, (_, power) => 1024 * 4 ** power);

const HTTP_END = ['handler_name', 'method', 'http_status_code', 'sp_error_code'];
const RPC = ['grpc_type', 'grpc_service', 'grpc_method'];
const RPC_END = [...RPC, 'grpc_code'];

const counter = (help: string, ...labels: string[]) => ({ type: 'counter', help, labels }) as const;
const gauge = (help: string, ...labels: string[]) => ({ type: 'gauge', help, labels }) as const;
const summary = (help: string, ...labels: string[]) => ({ type: 'summary', help, labels }) as const;
const histogram = (help: string, labels: readonly string[], buckets: readonly number[] = SECONDS) =>
  ({ type: 'histogram', help, labels, buckets }) as const;

export const metricTable = {
  grpc_server_started_total: counter('gRPC calls that came in', ...RPC),
  grpc_server_handled_total: counter('gRPC calls that were answered', ...RPC_END),
  grpc_server_msg_received_total: counter('gRPC messages that came in', ...RPC),
  grpc_server_msg_sent_total: counter('gRPC messages that were answered', ...RPC),
  grpc_server_handling_seconds: histogram('Time of gRPC calls that came in', RPC),
  grpc_client_started_total: counter('gRPC calls to other processes', ...RPC),
  grpc_client_handled_total: counter('gRPC calls to other processes that ended', ...RPC_END),
  grpc_client_msg_received_total: counter('gRPC messages from other processes', ...RPC),
  grpc_client_msg_sent_total: counter('gRPC messages to other processes', ...RPC),
  grpc_client_handling_seconds: histogram('Time of gRPC calls to other processes', RPC),

  http_server_received_total_requests: counter('Requests that the gateway served', ...HTTP_END),
  http_server_inflight_requests: gauge('Requests that the gateway is serving', 'handler_name', 'method'),
  http_request_size_bytes: summary('Bytes of requests on the socket', ...HTTP_END),
  http_response_size_bytes: summary('Bytes of answers on the socket', ...HTTP_END),
  http_request_duration_seconds: histogram('Time to serve a request', HTTP_END),

  request_qps: counter('Requests and calls between modules', 'request_qps'),
  request_time: histogram('Time of requests and of calls between modules', ['request_time']),
  metadata_request_time: histogram('Time of queries of the metadata module', [
    ...['status', 'level', 'method_name', 'code_or_msg'],
  ]),
  request_piece_size: histogram('Bytes that the gateway took or gave', ['request_piece_size'], BYTES),

  queue_size: gauge('Tasks in a queue', 'queue_size'),
  queue_capacity: gauge('Tasks that a queue may hold', 'queue_capacity'),
  queue_time: histogram('Time of an operation of a queue', ['queue_time']),
  task_in_queue_time: histogram(
    'From a task being pushed to its being handed out',
    ['task_in_queue_time'],
    LONG_SECONDS,
  ),

  remaining_memory_resource: gauge('Bytes that a module may still reserve', 'remaining_memory_resource'),
  remaining_task_resource: gauge('Task slots that a module has left', 'remaining_task_resource'),
  remaining_high_task_resource: gauge('Slots left for urgent tasks', 'remaining_high_task_resource'),
  remaining_medium_task_resource: gauge('Slots left for tasks of medium urgency', 'remaining_medium_task_resource'),
  // The reference's label of this one has another metric's name.
  remaining_low_task_resource: gauge('Slots left for tasks that can wait', 'remaining_task_resource'),

  piece_store_time: histogram('Time of operations of the piece store', ['piece_store_time']),
  piece_store_counter: counter('Operations of the piece store', 'piece_store_counter'),
  usage_amount_piece_store: gauge('Bytes put and deleted since the start', 'usage_amount_piece_store'),
  // not the reference's
  piece_cache_reads: counter('Reads of pieces, by whether the piece was in memory', 'result'),
  piece_store_retries: counter('Requests to an object storage that were made again'),
  sp_db_time: histogram('Time of operations of the SPDB', ['sp_db_time']),
  sp_db_counter: counter('Operations of the SPDB', 'sp_db_counter'),
  go_sql_open_connections: gauge('Connections of a database', 'db_name'),
  go_sql_in_use_connections: gauge('Connections of a database that are in use', 'db_name'),
  go_sql_idle_connections: gauge('Connections of a database that idle', 'db_name'),
  // not the reference's
  sql_waiting_callers: gauge('Callers that wait for a connection of a database', 'db_name'),
  // not the reference's
  scrubbed_pieces: counter('Stored pieces that were looked at for damage in the background'),
  scrubbed_bytes: counter('Bytes of these'),
  scrub_damage: counter('Damage that was found in the background, and what became of it', 'fault', 'result'),
  scrub_last_pass: gauge('When a pass over all stored pieces came to its end last, unix seconds'),
  // not the reference's
  repaired_pieces: counter('Pieces that were lost or damaged, and what became of them', 'fault', 'result'),
  gnfd_chain_time: histogram('Time of queries of the chain', ['gnfd_chain_time']),
  gnfd_chain_counter: counter('Queries of the chain', 'gnfd_chain_counter'),
  // not the reference's
  consensus_answers: counter(
    "Answers about the chain: remembered, from the block syncer's tables, from the chain",
    'source',
  ),
  block_syncer_height: gauge('Height of the BSDB', 'block_syncer_height'),
  chain_latest_height: gauge('Height of the chain, as the block syncer knows it'),
  block_event_count: gauge('Events that changed the BSDB in its latest transaction'),
  blocksyncer_catch_time: gauge("Seconds from the latest block's time to its rows being seen"),
  blocksyncer_write_db_time: gauge('Seconds that the latest transaction of the BSDB took'),
  chain_rpc_time: gauge('Seconds that the block syncer waited for its latest blocks'),
  save_block_result_err: counter('Blocks whose raw results could not be kept'),

  gc_block_number: gauge('Block that the collection of deleted objects is at', 'gc_block_number'),
  delete_object_number: counter('Deleted objects whose pieces were collected', 'delete_object_number'),

  status_check: gauge('1 when the process is healthy, ready', 'status_check'),
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof metricTable;
/** Names of the metrics of one type. */
export type NameOf<T extends MetricType> = {
  [K in MetricName]: (typeof metricTable)[K]['type'] extends T ? K : never;
}[MetricName];
