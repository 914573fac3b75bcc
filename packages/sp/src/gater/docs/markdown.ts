/** The table of routes as a page: docs/http-api.md. */
import { aligned } from '../../common/markdown-table.ts';
import type { Param, Route } from '../http/route.ts';
import { AUTH, answerTypes, COMMON_ERRORS, describeCode, errorsOf, shownPath, shownQuery } from './describe.ts';

const HEAD = `# The HTTP API

Made from the gateway's table of routes by \`npm run node -- packages/sp/scripts/document-http-api.ts\`: change the table,
not this page. The same as OpenAPI 3.1 is at \`/openapi.json\` of every gateway.

Routes stand in their order of precedence: the first whose path, method and query keys all fit is used. Those below a
bucket are served at \`/{bucket}/…\` of any host, and at \`/…\` of the host \`{bucket}.DOMAIN\`. A path is matched as it is
decoded; nothing is cleaned or redirected. What fits no route is a 404, a known path with another method a 405, and
OPTIONS is always answered with the headers for browsers.

Errors are XML, \`<Error><Code>50010</Code><Message>…</Message></Error>\`, or JSON,
\`{"Code":50010,"Message":"…","RequestId":"…"}\`. Any request may be answered with
`;

/** `reference/gateway-http.md` §2.2–2.6; the bytes are those of `canonicalRequest` of `@prairie/client`. */
const SIGNING = `## How a request is signed

Two headers: \`X-Gnfd-Expiry-Timestamp\`, RFC 3339 and at most seven days ahead, and \`Authorization\`. What is signed is the
Keccak-256 of these parts, with a line feed between each: the method; the path, decoded and encoded anew; the query, sorted;
the headers that count, as \`name:value\` lines in order, and the host; their names, with \`;\` between them. The body is
not part of it. \`canonicalRequest\` of \`@prairie/client\` makes these bytes, \`authorizationOf\` the header.

- \`GNFD1-ECDSA, Signature=HEX\`: the account's key, 65 bytes R, S, V with V 0 or 1.
- \`GNFD2-EDDSA,Signature=HEX\`: an Ed25519 key that the account has registered (UpdateUserPublicKeyV2), named by
  \`X-Gnfd-User-Address\`, \`X-Gnfd-App-Domain\` and \`X-Gnfd-App-Reg-Public-Key\`. A wallet is asked once, not for each
  request.
- \`GNFD1-EDDSA,Signature=HEX\`: the older kind of such keys, on a curve of bn254.
`.split('\n');

const JSON_ANSWERS = `## Answers as JSON

Where a route answers \`application/xml\` or \`application/json\`, XML is what a client gets that does not say otherwise.
JSON is for requests whose \`Accept\` wants it more, \`Accept: application/json\` at its simplest; weights (\`q\`) and \`*/*\`
count as RFC 9110 has it, and what stands at the same weight is XML. So it is with errors, whatever the route. Answers
have \`Vary: Accept\`.

JSON is the content of the root element, under the same names: an element that may be repeated is always an array, also of
none; one that is absent is left out. Integers of 32 bits and enums are numbers. Those of 64 bits and more are decimal
text, as in the chain's own JSON. Checksums are base64, hashes and addresses hex with \`0x\`, as in XML.

    $ curl -H 'Accept: application/json' 'https://SP/BUCKET/?max-keys=1'
    {"Objects":[{"ObjectInfo":{"Owner":"0x…","ObjectName":"a.txt","Id":"7","PayloadSize":"12","Visibility":3,…}}],
     "KeyCount":"1","MaxKeys":"1","IsTruncated":true,"NextContinuationToken":"Yi50eHQ=","CommonPrefixes":[],…}
`.split('\n');

export function httpApiPage(routes: readonly Route[]): string {
  const common = COMMON_ERRORS.map((code) => describeCode(code)).map(
    ({ code, status, about }) => `${status}/${code} (${about})`,
  );
  const known = [...routes].sort((a, b) => Number(a.debug ?? false) - Number(b.debug ?? false));
  const contents = known.map((route) => [
    `[${route.name}](#${anchor(route)})`,
    `\`${call(route)}\``,
    route.doc.summary,
  ]);
  return [
    `${HEAD}${common.join(' or ')}.`,
    '',
    '## Who may call',
    '',
    ...aligned([
      ['class', 'a caller shows', 'codes'],
      ...Object.entries(AUTH).map(([name, { about, errors }]) => [name, about, errors.join(', ') || '–']),
    ]),
    '',
    ...SIGNING,
    ...JSON_ANSWERS,
    '## Routes',
    '',
    ...aligned([['route', 'call', 'what for'], ...contents]),
    ...known.flatMap(section),
    '',
  ].join('\n');
}

const anchor = ({ name }: Route) => name.toLowerCase();
const call = (route: Route) => `${route.method} ${shownPath(route)}${shownQuery(route)}`.replaceAll('|', '\\|');

function section(route: Route): string[] {
  const { doc } = route;
  const types = answerTypes(route).map((type) => `\`${type}\``);
  return [
    '',
    `### ${route.name}`,
    '',
    `\`${call(route)}\`${route.head ? ', HEAD too' : ''}`,
    '',
    `${doc.summary} Class ${route.auth}.${route.debug ? ' Not where `Env` is `mainnet`.' : ''}`,
    ...paramTable(doc.params ?? []),
    ...(doc.body === undefined ? [] : ['', `Body: ${doc.body}.`]),
    '',
    `Answer: ${[doc.answers, types.join(' or ')].filter(Boolean).join(', ')}.`,
    ...errorTable(route),
  ];
}

function paramTable(params: readonly Param[]): string[] {
  if (params.length === 0) return [];
  const rows = params.map((it) => [`\`${it.name}\``, it.in, `${it.kind}${it.required ? ', required' : ''}`, it.about]);
  return ['', ...aligned([['parameter', 'in', 'form', 'what'], ...rows])];
}

function errorTable(route: Route): string[] {
  const own = new Set(AUTH[route.auth].errors);
  const errors = errorsOf(route).filter(({ code }) => !own.has(code));
  if (errors.length === 0) return [];
  const rows = errors.map(({ code, status, about }) => [String(code), String(status), about]);
  return ['', ...aligned([['error', 'status', 'when'], ...rows])];
}
