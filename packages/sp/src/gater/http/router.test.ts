import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Router } from './router.ts';
import { routes } from './routes.ts';
import { parseTarget } from './target.ts';

const router = new Router(routes, ['sp1.test']);

function match(method: string, target: string, host = '127.0.0.1:9033') {
  return router.match({ method, host, target: parseTarget(target)! });
}

/** [request, host, route, bucket, object] in the order of precedence of `reference/gateway-http.md` §1.4. */
const cases: [string, string, string, string, string][] = [
  ['GET /status', 'any', 'GetStatus', '', ''],
  ['GET /status', 'photos.sp1.test', 'GetStatus', '', ''],
  ['GET /greenfield/admin/v1/get-approval?action=CreateBucket', 'any', 'GetApproval', '', ''],
  ['GET /greenfield/admin/v1/get-approval', 'any', 'GetObject', 'greenfield', 'admin/v1/get-approval'],
  ['GET /permission/0xabc/photos/6', 'any', 'VerifyPermission', 'photos', ''],
  ['PUT /greenfield/receiver/v1/replicate-piece', 'any', 'ReplicateObjectPiece', '', ''],
  ['PUT /photos/a/b.jpg', 'any', 'PutObject', 'photos', 'a/b.jpg'],
  ['PUT /a/b.jpg', 'photos.sp1.test:9033', 'PutObject', 'photos', 'a/b.jpg'],
  ['GET /photos/a.jpg', 'any', 'GetObject', 'photos', 'a.jpg'],
  ['GET /photos/a.jpg?read-quota&year-month=2026-01', 'any', 'GetObject', 'photos', 'a.jpg'],
  ['GET /photos/a.jpg?upload-context', 'any', 'QueryResumeOffset', 'photos', 'a.jpg'],
  ['GET /photos/a.jpg?upload-progress=null', 'any', 'QueryUploadProgress', 'photos', 'a.jpg'],
  ['GET /photos/a.jpg?object-meta=', 'any', 'GetObjectMeta', 'photos', 'a.jpg'],
  ['GET /photos?bucket-meta', 'any', 'GetBucketMeta', 'photos', ''],
  ['GET /photos/?bucket-meta', 'any', 'GetBucketMeta', 'photos', ''],
  ['GET /?bucket-meta', 'photos.sp1.test', 'GetBucketMeta', 'photos', ''],
  ['GET /photos/', 'any', 'ListObjectsByBucketName', 'photos', ''],
  ['GET /?prefix=a', 'photos.sp1.test', 'ListObjectsByBucketName', 'photos', ''],
  ['GET /', 'any', 'GetUserBuckets', '', ''],
  ['GET /photos//a', 'any', 'GetObject', 'photos', '/a'],
];

describe('the route table', () => {
  for (const [request, host, name, bucket, object] of cases) {
    it(`${request} at ${host} is ${name}`, () => {
      const [method, target] = request.split(' ') as [string, string];
      const found = match(method, target, host);
      assert.ok(found.found, 'no route');
      assert.deepEqual([found.found.name, found.place.bucket, found.place.object], [name, bucket, object]);
    });
  }

  it('tells a path with another method from no path at all', () => {
    assert.deepEqual(match('DELETE', '/photos/a.jpg'), { found: undefined, methodOnly: true });
    assert.deepEqual(match('POST', '/photos/a.jpg'), { found: undefined, methodOnly: true });
    assert.deepEqual(match('GET', '/photos'), { found: undefined, methodOnly: false });
  });
});
