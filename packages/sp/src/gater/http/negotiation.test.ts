/** Answers and errors in the form that a client wants, from a gateway on a socket. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Metadata } from '@prairie/gfsp';
// all tables of errors, which the document tells of
import '../../index.ts';
import { chainOf, gatewayOf, USER } from '../testing.ts';

const metadata: Partial<Metadata> = {
  getOwnedGroups: async () => [],
  verifyPermission: async () => 1,
  getBucketMeta: async () => undefined,
};
const VERIFY = `/permission/${USER}/photos/6`;
const JSON_ONLY = { Accept: 'application/json' };

it('a message is XML unless JSON is wanted', async (t) => {
  const gateway = await gatewayOf(t, { metadata }, chainOf());
  for (const accept of [undefined, '*/*', 'application/xml', 'application/json, text/plain, */*']) {
    const { body, headers } = await gateway.send({ path: VERIFY, headers: accept ? { Accept: accept } : {} });
    assert.equal(body.toString(), '<QueryVerifyPermissionResponse><Effect>1</Effect></QueryVerifyPermissionResponse>');
    assert.deepEqual([headers['content-type'], headers.vary], ['application/xml', 'Accept']);
  }
  const { body, headers } = await gateway.send({ path: VERIFY, headers: JSON_ONLY });
  assert.equal(body.toString(), '{"Effect":1}');
  assert.deepEqual([headers['content-type'], headers.vary], ['application/json', 'Accept']);
  assert.equal(headers['content-length'], '12');
});

it('an empty list is an array', async (t) => {
  const gateway = await gatewayOf(t, { metadata }, chainOf());
  const headers = { ...JSON_ONLY, 'X-Gnfd-User-Address': USER };
  assert.equal((await gateway.send({ path: '/?owned-groups', headers })).body.toString(), '{"Groups":[]}');
});

it('errors have the form too, whatever the route', async (t) => {
  const gateway = await gatewayOf(t, { metadata }, chainOf());
  for (const [path, status, Code, Message] of [
    ['/photos?bucket-meta', 404, 90008, 'the specified bucket does not exist'],
    ['/?group-query&name=a', 400, 50010, "prefix: a part of the group's name is expected"],
    ['/nothing-here', 404, 404, 'nothing is served at this path: expected /{bucket}/{object} or a route of the API'],
  ] as const) {
    const answer = await gateway.send({ path, headers: JSON_ONLY });
    assert.equal(answer.status, status);
    assert.deepEqual([answer.headers['content-type'], answer.headers.vary], ['application/json', 'Accept']);
    const RequestId = answer.headers['x-gnfd-request-id'];
    assert.deepEqual(JSON.parse(answer.body.toString()), { Code, Message, RequestId });
    const xml = await gateway.send({ path });
    assert.equal(xml.headers['content-type'], 'application/xml');
    assert.match(xml.body.toString(), new RegExp(`^<Error><Code>${Code}</Code><Message>[^<]*</Message></Error>$`));
  }
});

it('what is no message has one form', async (t) => {
  const gateway = await gatewayOf(t, { metadata }, chainOf());
  const { headers } = await gateway.send({ path: '/openapi.json', headers: { Accept: 'application/xml' } });
  assert.equal(headers['content-type'], 'application/json');
});
