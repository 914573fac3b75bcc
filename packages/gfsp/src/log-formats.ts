/** How a log line looks. */
import { type CallContext, parseTraceparent } from './context.ts';

export type LogFormat = 'json' | 'plain' | 'reference';

/** `level` is a level's name; the context's fields give way to the line's own of the same name. */
type FormatLine = (level: string, message: string, fields: Record<string, unknown>, context: CallContext) => string;

/** Fields that the reference writes before the message. */
const LEADING = ['trace_id', 'bucket_name', 'object_name', 'object_id', 'task_key'] as const;

export const formats: Readonly<Record<LogFormat, FormatLine>> = {
  json: (level, message, fields, context) =>
    JSON.stringify({ time: new Date().toISOString(), level, message, ...plainContext(context), ...fields }),
  plain(level, message, fields, context) {
    const time = new Date().toISOString().slice(11, 23);
    const rest = Object.entries({ ...plainContext(context), ...fields }).map(
      ([key, value]) => ` ${key}=${plainValue(value)}`,
    );
    return `${time} ${level.padEnd(5)} ${message}${rest.join('')}`;
  },
  reference: referenceLine,
};

/**
 * `t`, `l`, the context, `msg`, the rest (`reference/cli-and-config.md` §7). `caller` is left out: to find the line in
 * the source, an error would have to be made for each, which costs more than all the rest of logging.
 */
function referenceLine(
  level: string,
  message: string,
  fields: Record<string, unknown>,
  { trace, request, task }: CallContext,
): string {
  const traceId = parseTraceparent(trace)?.traceId;
  const known: Record<string, unknown> = { trace_id: traceId, task_key: task, ...fields };
  const line: Record<string, unknown> = { t: localTime(new Date()), l: level };
  for (const name of LEADING) if (known[name] !== undefined) line[name] = known[name];
  line.msg = message;
  if (request !== undefined) line.request = request;
  for (const [name, value] of Object.entries(fields)) if (!Object.hasOwn(line, name)) line[name] = value;
  return JSON.stringify(line);
}

function plainContext({ request, task, trace }: CallContext): Record<string, unknown> {
  const traceId = parseTraceparent(trace)?.traceId;
  return {
    ...(request === undefined ? {} : { request }),
    ...(task === undefined ? {} : { task }),
    ...(traceId === undefined ? {} : { trace_id: traceId }),
  };
}

/** ISO 8601 in local time with milliseconds and the zone's offset: `2024-05-01T08:30:00.123+0200`. */
export function localTime(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${local}${offset < 0 ? '-' : '+'}${pad(hours)}${pad(minutes)}`;
}

const pad = (value: number): string => String(value).padStart(2, '0');

function plainValue(value: unknown): string {
  if (typeof value === 'string') return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value) ?? 'undefined';
}
