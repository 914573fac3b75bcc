import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { openPieceStore } from '../open.ts';
import { TestBuckets } from '../testing/buckets.ts';
import { bucketAddress } from './address.ts';
import { openClient } from './client.ts';
import { MissingCredentialsError, signingFor } from './credentials.ts';
import { oidcRole } from './oidc-role.ts';
import { S3PieceStore } from './s3-store.ts';

/** The status of an answer by the request's number from 1; 0: the connection ends without one. */
type StatusOf = (number: number) => number;

/** Answers everything with `body`, and keeps what was asked. */
async function startTokenService(t: TestContext, body: string, statusOf: StatusOf = () => 200) {
  const asked: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    const text = Buffer.concat((await request.toArray()) as Buffer[]).toString();
    const status = statusOf(asked.push(new URLSearchParams(text)));
    if (status === 0) request.socket.destroy();
    else response.writeHead(status).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

function tokenFile(t: TestContext, token: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'prairie-token-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  writeFileSync(file, `${token}\n`);
  return file;
}

describe('keys of buckets', () => {
  test('are in the variables of their kind', () => {
    const env = {
      ...{
        AWS_ACCESS_KEY: 'a',
        AWS_SECRET_KEY: 'b',
        AWS_SESSION_TOKEN: 'c',
        MINIO_ACCESS_KEY: 'd',
        MINIO_SECRET_KEY: 'e',
      },
      ...{ B2_ACCESS_KEY: 'f', B2_SECRET_KEY: 'g', ALIBABA_CLOUD_ACCESS_KEY: 'h', ALIBABA_CLOUD_SECRET_KEY: 'i' },
    };
    const keys = (accessKeyId: string, secretAccessKey: string) => ({
      by: 'keys',
      keys: { accessKeyId, secretAccessKey },
    });
    assert.deepEqual(signingFor('s3', 'AKSK', env), {
      by: 'keys',
      keys: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
    });
    assert.deepEqual(signingFor('minio', 'SA', env), keys('d', 'e'));
    assert.deepEqual(signingFor('b2', 'SA', env), keys('f', 'g'));
    assert.deepEqual(signingFor('oss', 'AKSK', env), keys('h', 'i'));
    assert.deepEqual(signingFor('ldfs', 'SA', {}), keys('ldfs', 'ldfs'));
    assert.deepEqual(signingFor('s3', 'SA', env), { by: 'environment' });
    assert.deepEqual(signingFor('s3', 'AKSK', { AWS_ACCESS_KEY: 'NoSignRequest' }), { by: 'nobody' });
  });

  test('that are missing are named', () => {
    const cases = [
      ['s3', 'AKSK', { AWS_ACCESS_KEY: 'a' }, /AWS_ACCESS_KEY and AWS_SECRET_KEY .*set .*IAMType to SA/],
      ['minio', 'SA', {}, /MINIO_ACCESS_KEY and MINIO_SECRET_KEY in the environment$/],
      ['oss', 'SA', { ALIBABA_CLOUD_ROLE_ARN: 'a' }, /ALIBABA_CLOUD_OIDC_PROVIDER_ARN/],
    ] as const;
    for (const [storage, iamType, env, expected] of cases) {
      assert.throws(
        () => signingFor(storage, iamType, env),
        (error: Error) => error instanceof MissingCredentialsError && expected.test(error.message),
      );
    }
  });

  test('of a service account come from the token service of AWS', async (t) => {
    const service = await startTokenService(
      t,
      `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    );
    const variables = {
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pieces',
      AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile(t, 'web-token'),
      AWS_ENDPOINT_URL_STS: service.url,
    };
    Object.assign(process.env, variables);
    t.after(() => {
      for (const name of Object.keys(variables)) delete process.env[name];
    });
    const address = bucketAddress('s3', 'https://pieces.s3.eu-west-1.amazonaws.com', {});
    const signing = signingFor('s3', 'SA', process.env);
    const { client } = await openClient({ address, signing, tlsInsecureSkipVerify: false, maxConnections: 1 });
    t.after(() => client.destroy());
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    assert.deepEqual([accessKeyId, secretAccessKey, sessionToken], ['ASIA', 's', 't']);
    assert.equal(service.asked[0]?.get('WebIdentityToken')?.trim(), 'web-token');
    assert.equal(service.asked[0]?.get('RoleArn'), variables.AWS_ROLE_ARN);
  });

  test('of a service account come from the token service of Alibaba Cloud', async (t) => {
    const given = {
      AccessKeyId: 'STS.x',
      AccessKeySecret: 's',
      SecurityToken: 't',
      Expiration: '2099-01-01T00:00:00Z',
    };
    const service = await startTokenService(t, JSON.stringify({ Credentials: given }));
    const env = {
      ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/pieces',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/ack',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: tokenFile(t, 'oidc-token'),
    };
    assert.deepEqual(await oidcRole(env, { tokenService: service.url })(), {
      ...{ accessKeyId: 'STS.x', secretAccessKey: 's', sessionToken: 't' },
      expiration: new Date('2099-01-01T00:00:00Z'),
    });
    const [asked] = service.asked;
    assert.equal(asked?.get('Action'), 'AssumeRoleWithOIDC');
    assert.equal(asked?.get('OIDCToken'), 'oidc-token');
    assert.equal(asked?.get('RoleArn'), env.ALIBABA_CLOUD_ROLE_ARN);

    const incomplete = await startTokenService(t, '{"Credentials":{"AccessKeyId":"x"}}');
    await assert.rejects(oidcRole(env, { tokenService: incomplete.url })(), /answers without AccessKeyId/);
    const refusing = await startTokenService(t, 'the token oidc-token is wrong', () => 400);
    await assert.rejects(oidcRole(env, { tokenService: refusing.url })(), /refuses the role .*: HTTP 400$/);
  });

  test('are asked for again when the token service of Alibaba Cloud has a fault', async (t) => {
    const Expiration = new Date(Date.now() + 60_000).toISOString(); // so soon that each request asks for others
    const given = { AccessKeyId: 'STS.x', AccessKeySecret: 's', SecurityToken: 't', Expiration };
    let statusOf: StatusOf = () => 200;
    const service = await startTokenService(t, JSON.stringify({ Credentials: given }), (number) => statusOf(number));
    const env = {
      ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/pieces',
      ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/ack',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: tokenFile(t, 'oidc-token'),
    };
    const bucket = await startTokenService(t, ''); // it takes whatever it is sent
    let retries = 0;
    const options = {
      address: { endpoint: bucket.url, bucket: 'pieces', region: 'oss-cn-x', pathStyle: true },
      signing: { by: 'provider', provider: oidcRole(env, { tokenService: service.url }) } as const,
      ...{ createBucket: true, maxConnections: 4, maxRetries: 1, minRetryDelayMs: 1, tlsInsecureSkipVerify: false },
    };
    const store = await S3PieceStore.open(options, { onRetry: () => retries++ });
    t.after(() => store.close());
    for (const fault of [503, 429, 0]) {
      retries = 0;
      const faulty = service.asked.length + 1;
      statusOf = (number) => (number === faulty ? fault : 200);
      await store.put('s1_s0', Buffer.from('x'));
      assert.equal(retries, 1, `after ${fault}`);
    }
    retries = 0;
    statusOf = () => 400;
    await assert.rejects(store.put('s1_s0', Buffer.from('x')), /: the token service refuses the role .*Refusal\)$/);
    assert.equal(retries, 0, 'what does not go away is not asked again');
  });

  const buckets = new TestBuckets();
  test('that are wrong are refused by the server, in words without them', { skip: buckets.skip }, async () => {
    const { endpoint, env } = await buckets.server();
    const url = `${endpoint}/${buckets.fresh()}`;
    const settings = { storage: 's3', bucketUrl: url, iamType: 'AKSK', minRetryDelayMs: 1 } as const;
    const wrongs = [{ AWS_SECRET_KEY: 'geheim' }, { AWS_ACCESS_KEY: 'geheim' }, { AWS_ACCESS_KEY: 'NoSignRequest' }];
    for (const wrong of wrongs) {
      await assert.rejects(openPieceStore(settings, { env: { ...env, ...wrong } }), (error: Error) => {
        assert.match(error.message, /bucket pieces-1: (deny access bucket|the storage refuses it)/);
        assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /geheim/);
        return true;
      });
    }
  });
});
