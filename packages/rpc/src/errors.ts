/** Errors between processes (`reference/internal-grpc.md` §1.1). */
import { status } from '@grpc/grpc-js';
import { defineErrors, GfSpError, type GfSpErrorFields, type TaskError } from '@prairie/gfsp';

/** Text of a module that is not loaded, as the reference says it. */
const NIL_MODULE = 'call nil module, please check again';

export const rpcErrors = defineErrors('GfSp', {
  /** Nobody answers, or the connection broke: what the reference makes of every failure of gRPC. */
  transport: [500, 999999, 'the call to another process failed'],
  moduleAbsent: [500, 999999, NIL_MODULE],
  noTasks: [500, 999999, 'no task matches'],
  /** The reference knows it by its text alone (`reference/sp-to-sp.md` §4.8). */
  alreadyNotified: [500, 999999, 'the bucket has already notified'],
});

export function moduleAbsent(module: string, address: string): GfSpError {
  return rpcErrors.moduleAbsent(
    `module ${module} does not run in the process at ${address}; check the endpoints. (${NIL_MODULE})`,
  );
}

/** An answer with a gRPC status of its own, for services that are not the reference's. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** A status travels in headers, which are small. */
const MAX_DETAILS = 4096;

/** An error as a gRPC status. One with a code is JSON text; other servers of the network say code 2 (unknown) then. */
export function toStatus(error: unknown): { code: status; details: string } {
  if (error instanceof StatusError) return { code: error.code, details: short(error.message, MAX_DETAILS) };
  const fields = GfSpError.from(error).toJSON();
  return { code: status.UNKNOWN, details: JSON.stringify({ ...fields, description: short(fields.description, 2048) }) };
}

/** Well-formed, because gRPC percent-encodes it and would fail at half a character. */
const short = (text: string, limit: number): string => text.slice(0, limit).toWellFormed();

/** The error in a response's `err`; code 0 is none. */
export function fromField(err: TaskError | undefined): GfSpError | undefined {
  return err && err.inner_code !== 0 ? new GfSpError(err) : undefined;
}

/** What a failed call is to the caller: the callee's own error if its text is one, else 999999 with `where` before it. */
export function fromStatus(details: string, where: string, cause: unknown): GfSpError {
  const at = details.indexOf('desc = ');
  const text = at < 0 ? details : details.slice(at + 'desc = '.length);
  const fields = parseFields(text);
  if (fields) return new GfSpError(fields, { cause });
  return rpcErrors.transport(`${where}: ${text || 'no reason given'}`, cause);
}

function parseFields(text: string): GfSpErrorFields | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { code_space, http_status_code, inner_code, description } = JSON.parse(text) as Partial<GfSpErrorFields>;
    if (!Number.isInteger(http_status_code) || http_status_code === 0) return undefined;
    return {
      code_space: String(code_space ?? ''),
      http_status_code: Number(http_status_code),
      inner_code: Number(inner_code ?? 0),
      description: String(description ?? ''),
    };
  } catch {
    return undefined;
  }
}

/** Part of an answer that has to be there. @throws 999999 when it is not */
export function required<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw rpcErrors.transport(`an answer without ${what} came from another process`);
  return part;
}
