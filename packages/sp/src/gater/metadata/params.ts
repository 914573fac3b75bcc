/** What queries carry, read and checked (`reference/metadata-api.md` §5). All throw gateway 50010 but for the header. */
import { greenfieldPermission, isAddress, toChecksumAddress } from '@prairie/chain';
import { parseBoolean } from '../booleans.ts';
import { gatewayErrors } from '../errors.ts';
import { type GatewayRequest, header as headerOf } from '../http/handler.ts';
import { header, type Param, query, required } from '../http/route.ts';
import { INT32, INT64, type IntegerType, requireInteger, UINT32, UINT64 } from '../integers.ts';

/** What a script writes for nothing: such optional parameters are taken as absent. */
const NOTHING = new Set(['', 'null', 'undefined']);

const MAX_IDS = 100;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
const ACTIONS = new Set<number>(Object.values(greenfieldPermission.ActionType));

type Asked = Pick<GatewayRequest, 'target'>;

/** Empty when it is absent. */
export function text({ target }: Asked, key: string): string {
  return target.query.get(key) ?? '';
}

/** Empty when it is absent, or says so. */
export function optional(request: Asked, key: string): string {
  const value = text(request, key);
  return NOTHING.has(value) ? '' : value;
}

function refuse(key: string, expected: string, got: string): never {
  throw gatewayErrors.invalidQuery(`${key}: ${expected} is expected, got ${JSON.stringify(got.slice(0, 100))}`);
}

/** @throws gateway 50009 */
export function userAddress(request: GatewayRequest): string {
  const address = headerOf(request, 'X-Gnfd-User-Address');
  if (isAddress(address)) return toChecksumAddress(address);
  const got = JSON.stringify(address.slice(0, 100));
  throw gatewayErrors.invalidHeader(`X-Gnfd-User-Address: an address is expected, got ${got}`);
}

export function address(request: Asked, key: string): string {
  return checkedAddress(key, text(request, key));
}

export function checkedAddress(key: string, value: string): string {
  return isAddress(value) ? toChecksumAddress(value) : refuse(key, 'an address', value);
}

export function flag(request: Asked, key: string): boolean {
  const value = text(request, key);
  return value === '' ? false : (parseBoolean(value) ?? refuse(key, 'true or false', value));
}

function integer(key: string, value: string, type: IntegerType): bigint {
  return requireInteger(key, value, type, gatewayErrors.invalidQuery);
}

export const uint64 = (request: Asked, key: string) => integer(key, text(request, key), UINT64);
export const uint32 = (request: Asked, key: string) => Number(integer(key, text(request, key), UINT32));
/** A block's height. The tables hold signed ones, and none is so high that a higher bound would find more. */
export function height(request: Asked, key: string): bigint {
  const asked = uint64(request, key);
  if (asked > INT64.max) return INT64.max;
  return asked;
}
/** Signed on the wire, but never negative. */
export const int64 = (request: Asked, key: string, min = 0n) => integer(key, text(request, key), { ...INT64, min });

/** 0 when it is absent: a page's first entry. */
export function cursor(request: Asked, key = 'start-after'): bigint {
  const value = optional(request, key);
  return value === '' ? 0n : integer(key, value, UINT64);
}

/** Rows of a page: 50 when absent or 0, at most 1000. */
export function pageLimit(request: Asked): number {
  const value = optional(request, 'limit');
  const limit = value === '' ? 0n : integer('limit', value, UINT32);
  return limit === 0n ? DEFAULT_LIMIT : capped(limit);
}

/** The same, with 1 as its least. */
export function searchLimit(request: Asked): number {
  const value = optional(request, 'limit');
  return value === '' ? DEFAULT_LIMIT : capped(integer('limit', value, { ...INT64, min: 1n }));
}

/** Entries of a listing: 50 when absent, at least 1, at most 1000. */
export function maxKeys(request: Asked): number {
  const value = text(request, 'max-keys');
  return value === '' ? DEFAULT_LIMIT : capped(integer('max-keys', value, { ...UINT64, min: 1n }));
}

export function capped(limit: bigint): number {
  return limit > MAX_LIMIT ? MAX_LIMIT : Number(limit);
}

export function offset(request: Asked, max: bigint): number {
  const value = optional(request, 'offset');
  return value === '' ? 0 : Number(integer('offset', value, { ...INT64, min: 0n, max }));
}

/** 1 to 100 different ids. */
export function idList(request: Asked): bigint[] {
  const value = text(request, 'ids');
  const ids = value.split(',', MAX_IDS + 1).map((id) => integer('ids', id, UINT64));
  if (ids.length > MAX_IDS) refuse('ids', `a list of at most ${MAX_IDS} numbers`, value);
  if (new Set(ids).size < ids.length) refuse('ids', 'a list without repetition', value);
  return ids;
}

/** The number of an action. */
export function action(value: string): number {
  const number = Number(integer('action-type', value, INT32));
  return ACTIONS.has(number) ? number : refuse('action-type', 'the number of an action', value);
}

/** How they stand in the tables of routes. */
export const USER_ADDRESS: Param = required(header('X-Gnfd-User-Address', 'address', 'Whose they are.'));
export const ACTION: Param = required(query('action-type', 'integer', 'Number of an ActionType.'));
export const IDS: Param = required(query('ids', 'integers', '1 to 100 different ids, joined by commas.'));
export const LIMIT: Param = query('limit', 'integer', 'Entries at most. 0 or absent: 50; above 1000: 1000.');
export const AFTER_ID: Param = query('start-after', 'integer', 'Ids above this one. Default 0.');
