/** The table of routes as an OpenAPI 3.1 document. */

import { jsonError, xmlError } from '../http/reply.ts';
import type { Param, Route } from '../http/route.ts';
import {
  AUTH,
  answerTypes,
  COMMON_ERRORS,
  describeCode,
  errorsOf,
  pathParams,
  shownPath,
  shownQuery,
} from './describe.ts';

type Json = Record<string, unknown>;

const TYPES: Readonly<Record<Param['kind'], Json>> = {
  text: { type: 'string' },
  name: { type: 'string' },
  integer: { type: 'integer' },
  integers: { type: 'string', pattern: '^\\d+(,\\d+)*$' },
  boolean: { type: 'boolean' },
  address: { type: 'string', pattern: '^(0[xX])?[0-9a-fA-F]{40}$' },
  hex: { type: 'string', pattern: '^([0-9a-fA-F]{2})*$' },
  time: { type: 'string', format: 'date-time' },
  base64: { type: 'string', contentEncoding: 'base64' },
};

/**
 * Each route is a path of its own: OpenAPI knows no conditions on the query, so what tells routes of one path apart
 * stands behind the path, as many tools have it (`/{bucket}/{object}?object-meta`).
 */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, unknown> = {};
  for (const route of routes) {
    const path = `${shownPath(route)}${shownQuery(route)}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas) };
    if (route.head) paths[path] = { ...paths[path], head: operation(route, schemas, 'Head') };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Prairie: storage provider of BNB Greenfield', version },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        signature: { type: 'apiKey', in: 'header', name: 'Authorization', description: AUTH.signed.about },
      },
      schemas,
    },
  };
}

/** The schema with a reference in place of every message that has a title, which goes into `schemas`. */
function referring(schema: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((one) => referring(one, schemas));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { title, ...rest } = schema as Json;
  const entries = Object.entries(rest).map(([key, value]) => [key, referring(value, schemas)]);
  const referred = Object.fromEntries(entries) as Json;
  if (typeof title !== 'string') return referred;
  schemas[title] = referred;
  return { $ref: `#/components/schemas/${title}` };
}

/** XML has a root element, and numbers and truth as their text. */
const rooted = (name: string, schema: unknown) => ({ ...(schema as Json), xml: { name } });

function operation(route: Route, schemas: Record<string, unknown>, suffix = ''): Json {
  const { doc } = route;
  return {
    operationId: `${route.name}${suffix}`,
    summary: doc.summary,
    description: `Who may call: ${AUTH[route.auth].about}.${route.debug ? ' Not on mainnet.' : ''}`,
    parameters: [...pathParams(route), ...keyParams(route), ...(doc.params ?? [])].map(parameter),
    ...(doc.body === undefined ? {} : { requestBody: body(doc.body) }),
    responses: { 200: success(route, schemas), ...failures(route) },
    ...(route.auth === 'signed' ? { security: [{ signature: [] }] } : {}),
  };
}

/** Keys that only say which route it is; those with a meaning are among the params. */
function keyParams({ keys = [], doc }: Route): Param[] {
  const described = new Set((doc.params ?? []).map(({ name }) => name));
  const bare = keys.filter((key) => !described.has(key));
  return bare.map((name) => ({ name, in: 'query', kind: 'text', required: true, about: 'Any value, also none.' }));
}

function parameter({ name, in: where, kind, required, about }: Param): Json {
  return { name, in: where, description: about, schema: TYPES[kind], ...(required ? { required } : {}) };
}

const body = (about: string): Json => ({
  description: about,
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
});

function success(route: Route, schemas: Record<string, unknown>): Json {
  const { form } = route.handle;
  const types = answerTypes(route);
  const schema = form && rooted(form.name, referring(form.schema, schemas));
  const content = Object.fromEntries(types.map((type) => [type, schema ? { schema } : {}]));
  return { description: route.doc.answers, ...(types.length > 0 ? { content } : {}) };
}

const ERROR_CONTENT: Json = {
  'application/xml': { schema: rooted(xmlError.name, xmlError.schema) },
  'application/json': { schema: jsonError.schema },
};

/** OpenAPI has one answer per status: the codes stand in its text. */
function failures(route: Route): Record<number, Json> {
  const byStatus = new Map<number, string[]>();
  for (const { code, status, about } of [...errorsOf(route), ...COMMON_ERRORS.map((code) => describeCode(code))]) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), `${code}: ${about}`]);
  }
  const entries = [...byStatus].map(([status, lines]) => [
    status,
    { description: lines.join('\n'), content: ERROR_CONTENT },
  ]);
  return Object.fromEntries(entries) as Record<number, Json>;
}
