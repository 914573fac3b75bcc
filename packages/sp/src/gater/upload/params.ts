/** What uploads are asked with in the query; a value that cannot be read says what was expected. */
import type { GfSpError } from '@prairie/gfsp';
import { parseBoolean } from '../booleans.ts';
import { gatewayErrors } from '../errors.ts';
import type { GatewayRequest } from '../http/handler.ts';
import { requireInteger, UINT64 } from '../integers.ts';

type Asked = Pick<GatewayRequest, 'target'>;
type Refuse = (detail: string) => GfSpError;

/** @throws what `refuse` makes */
export function booleanParam({ target }: Asked, name: string, refuse: Refuse): boolean {
  const text = target.query.get(name) ?? '';
  const value = parseBoolean(text);
  if (value === undefined) throw refuse(`${name} must be true or false, got ${shown(text)}`);
  return value;
}

/** Decimal, 64 bits. @throws what `refuse` makes */
export function sizeParam({ target }: Asked, name: string, refuse: Refuse): bigint {
  return requireInteger(name, target.query.get(name) ?? '', UINT64, refuse);
}

/** Where a part begins, and whether it is the last. @throws gateway 50027, 50028, in this order */
export function partParams(request: Asked): { offset: bigint; completed: boolean } {
  const completed = booleanParam(request, 'complete', (detail) =>
    gatewayErrors.invalidComplete(`invalid complete: ${detail}`),
  );
  const offset = sizeParam(request, 'offset', (detail) => gatewayErrors.invalidOffset(`invalid offset: ${detail}`));
  return { offset, completed };
}

/** @throws gateway 50010 */
export const invalid: Refuse = (detail) => gatewayErrors.invalidQuery(`invalid request params for query: ${detail}`);

const shown = (text: string) => (text === '' ? 'nothing' : JSON.stringify(text.slice(0, 40)));
