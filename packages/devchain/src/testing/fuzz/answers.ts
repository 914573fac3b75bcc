/** Whether an answer has the shape that clients rely on, whatever was asked. */
import type { QueryAnswer } from '../../chain/query-answer.ts';
import type { TxOutcome } from '../../chain/tx-runner.ts';

/** Code of what no module meant to throw. */
export const PANIC = 111222;

/** Words of errors that nobody meant to send. */
const INTERNALS =
  /Cannot (read|convert|destructure|mix|set)|is not (a function|iterable|defined)|of undefined|undefined \(|call stack|Invalid time|heap|at .*\.ts:\d/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with the text of a JSON-RPC answer. */
export function rpcFaults(text: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [`not JSON: ${text.slice(0, 200)}`];
  }
  return (Array.isArray(parsed) ? parsed : [parsed]).flatMap(envelopeFaults);
}

function envelopeFaults(answer: unknown): string[] {
  if (!isObject(answer)) return [`an answer that is ${JSON.stringify(answer)}`];
  if (answer.jsonrpc !== '2.0') return [`jsonrpc ${JSON.stringify(answer.jsonrpc)}`];
  const { result, error } = answer;
  if ((result === undefined) === (error === undefined)) return ['neither a result nor an error, or both'];
  if (error === undefined) return [];
  if (!isObject(error)) return [`an error that is ${JSON.stringify(error)}`];
  const { code, message, data } = error;
  if (!Number.isInteger(code) || typeof message !== 'string' || message === '') {
    return [`error with code ${JSON.stringify(code)} and message ${JSON.stringify(message)}`];
  }
  if (data !== undefined && typeof data !== 'string') return [`error data of ${typeof data}`];
  return INTERNALS.test(`${data}`) ? [`an error that was not meant to be read: ${String(data).slice(0, 300)}`] : [];
}

/** What is wrong with an answer of the REST port. */
export function restFaults(status: number, text: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [`status ${status}, not JSON: ${text.slice(0, 200)}`];
  }
  if (!isObject(parsed)) return [`status ${status} with ${text.slice(0, 200)}`];
  if (status === 200) return [];
  const { code, message } = parsed;
  if (!Number.isInteger(code) || typeof message !== 'string') return [`status ${status} with ${text.slice(0, 200)}`];
  return INTERNALS.test(message) ? [`an error that was not meant to be read: ${message.slice(0, 300)}`] : [];
}

/** What is wrong with how a transaction was answered. */
export function outcomeFaults({ code, codespace, log, gas }: TxOutcome): string[] {
  const faults: string[] = [];
  if (!Number.isInteger(code) || code < 0) faults.push(`code ${code}`);
  if (code === 0 && codespace !== '') faults.push(`codespace ${codespace} with code 0`);
  if (code !== 0 && codespace === '') faults.push(`code ${code} without a codespace`);
  if (code !== 0 && log === '') faults.push(`code ${code} without a log`);
  if (code === PANIC) faults.push(`panic: ${log}`);
  if (/undefined|\[object|NaN/.test(log) && code !== 0) faults.push(`a log that was not meant to be read: ${log}`);
  if (typeof gas.used !== 'bigint' || gas.used < 0n) faults.push(`gas used ${gas.used}`);
  return faults;
}

export function queryFaults({ code, log, value }: QueryAnswer): string[] {
  if (code === 0) return value === null || value instanceof Uint8Array ? [] : [`an answer of ${typeof value}`];
  return Number.isInteger(code) && log !== '' ? [] : [`code ${code} with log ${JSON.stringify(log)}`];
}
