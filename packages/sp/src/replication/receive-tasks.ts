import {
  GfSpError,
  type Modules,
  newTask,
  ReceivePieceTask,
  type ReplicatePieceTask,
  TaskPriority,
} from '@prairie/gfsp';

/** One piece for one secondary. */
export interface Piece {
  segment: number;
  /** Redundancy index: the secondary's position in the group. */
  index: number;
  data: Uint8Array;
  checksum: Uint8Array;
}

/** This provider cannot sign what it sends: no secondary is to blame for that. */
export class SigningError extends Error {
  override readonly name = 'SigningError';
  override readonly cause: GfSpError;

  constructor(cause: unknown) {
    const known = GfSpError.from(cause);
    super(known.message);
    this.cause = known;
  }
}

/** Which object's pieces go to which group. */
export type Consignment = Pick<
  ReplicatePieceTask,
  'object_info' | 'storage_params' | 'global_virtual_group_id' | 'is_agent_upload_task'
>;

/** The signed message that goes before a piece (`reference/pieces-and-redundancy.md` §9.2). @throws SigningError */
export function pieceTask(client: Modules, consignment: Consignment, piece: Piece): Promise<ReceivePieceTask> {
  return signed(client, consignment, {
    segment_idx: piece.segment,
    redundancy_idx: piece.index,
    piece_size: BigInt(piece.data.length),
    piece_checksum: piece.checksum,
  });
}

/** The signed message that says that all pieces of a secondary were sent (§9.3). @throws SigningError */
export function doneTask(client: Modules, consignment: Consignment, index: number): Promise<ReceivePieceTask> {
  return signed(client, consignment, { redundancy_idx: index, finished: true });
}

async function signed(
  client: Modules,
  { object_info, storage_params, global_virtual_group_id, is_agent_upload_task }: Consignment,
  fields: Partial<ReceivePieceTask>,
): Promise<ReceivePieceTask> {
  const unsigned = {
    ...ReceivePieceTask.create(),
    // It goes to another provider, which our traces are no business of.
    task: { ...newTask({ task_priority: TaskPriority.replicate }), logs: '' },
    object_info,
    storage_params,
    global_virtual_group_id,
    is_agent_upload_task,
    ...fields,
  };
  const signature = await client.signer.sign('gfsp_receive_piece_task', unsigned).catch((error: unknown) => {
    throw new SigningError(error);
  });
  return { ...unsigned, signature };
}
