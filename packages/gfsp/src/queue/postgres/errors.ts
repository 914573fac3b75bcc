/** Failures of a queue whose engine is a database. The codes follow those of `reference/tasks-and-manager.md` §3.2. */
import { defineErrors, GfSpError } from '../../errors.ts';

export const queueDatabaseErrors = defineErrors('TaskQueue', {
  unavailable: [503, 970003, 'the queue database does not answer, try again later'],
  failed: [500, 970004, 'the queue database refused a statement'],
  options: [500, 970005, 'the queue database is configured wrongly'],
  closed: [503, 970006, 'the queue engine is closed'],
  unsuitable: [400, 970007, 'this task cannot be kept in the queue database'],
});

/** SQLSTATE classes after which another connection, or a later moment, may do: connection, resources, operator. */
const TRANSIENT_CLASSES = new Set(['08', '53', '57']);
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** What the driver threw, as an error with a code and without any of `secrets`. */
export function toQueueError(error: unknown, where: string, secrets: readonly string[]): GfSpError {
  if (error instanceof GfSpError) return error;
  const { code = '', message } = describe(error);
  const refused = SQLSTATE.test(code) && !TRANSIENT_CLASSES.has(code.slice(0, 2));
  const text = withoutSecrets(code ? `${message} (${code})` : message, secrets);
  return refused
    ? queueDatabaseErrors.failed(`the queue database at ${where} refused a statement: ${text}`)
    : queueDatabaseErrors.unavailable(`the queue database at ${where} does not answer, try again later: ${text}`);
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '[redacted]')), text);
}

/** An `AggregateError` (all addresses of a host refused) has an empty message of its own. */
function describe(error: unknown): { code?: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as Error & { code?: unknown };
  return { message: error.message, ...(typeof code === 'string' ? { code } : {}) };
}
