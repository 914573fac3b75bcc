/** The table of routes as an OpenAPI 3.1 document. */
import type { Param, Route } from '../http/route.ts';
import {
  ANSWER_TYPES,
  AUTH,
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
  for (const route of routes) {
    const path = `${shownPath(route)}${shownQuery(route)}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
    if (route.head) paths[path] = { ...paths[path], head: operation(route, 'Head') };
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
      schemas: { Error: errorSchema },
    },
  };
}

const errorSchema: Json = {
  type: 'object',
  xml: { name: 'Error' },
  properties: { Code: { type: 'integer' }, Message: { type: 'string' } },
  required: ['Code', 'Message'],
};

function operation(route: Route, suffix = ''): Json {
  const { doc } = route;
  return {
    operationId: `${route.name}${suffix}`,
    summary: doc.summary,
    description: `Who may call: ${AUTH[route.auth].about}.${route.debug ? ' Not on mainnet.' : ''}`,
    parameters: [...pathParams(route), ...keyParams(route), ...(doc.params ?? [])].map(parameter),
    ...(doc.body === undefined ? {} : { requestBody: body(doc.body) }),
    responses: { 200: success(route), ...failures(route) },
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

function success({ doc }: Route): Json {
  const type = ANSWER_TYPES[doc.answer];
  return { description: doc.answers, ...(type ? { content: { [type]: {} } } : {}) };
}

/** OpenAPI has one answer per status: the codes stand in its text. */
function failures(route: Route): Record<number, Json> {
  const byStatus = new Map<number, string[]>();
  for (const { code, status, about } of [...errorsOf(route), ...COMMON_ERRORS.map(describeCode)]) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), `${code}: ${about}`]);
  }
  const content = { 'application/xml': { schema: { $ref: '#/components/schemas/Error' } } };
  const entries = [...byStatus].map(([status, lines]) => [status, { description: lines.join('\n'), content }]);
  return Object.fromEntries(entries) as Record<number, Json>;
}
