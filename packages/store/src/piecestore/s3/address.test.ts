import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type BucketAddress, BucketUrlError, bucketAddress, type RemoteStorage } from './address.ts';

type Row = [RemoteStorage, string, BucketAddress];
const path = (endpoint: string, bucket: string, region = 'us-east-1') => ({
  endpoint,
  bucket,
  region,
  pathStyle: true,
});
const host = (...parts: Parameters<typeof path>) => ({ ...path(...parts), pathStyle: false });

const rows: readonly Row[] = [
  [
    's3',
    'https://my.pieces.s3.eu-west-1.amazonaws.com',
    host('https://s3.eu-west-1.amazonaws.com', 'my.pieces', 'eu-west-1'),
  ],
  [
    's3',
    'https://pieces.s3-us-west-2.amazonaws.com/',
    host('https://s3-us-west-2.amazonaws.com', 'pieces', 'us-west-2'),
  ],
  ['s3', 'https://pieces.s3.amazonaws.com', host('https://s3.amazonaws.com', 'pieces')],
  [
    's3',
    'pieces.s3.dualstack.eu-north-1.amazonaws.com',
    host('https://s3.dualstack.eu-north-1.amazonaws.com', 'pieces', 'eu-north-1'),
  ],
  ['s3', 'https://pieces.s3-external-1.amazonaws.com', host('https://s3-external-1.amazonaws.com', 'pieces')],
  [
    's3',
    'https://pieces.s3.cn-north-1.amazonaws.com.cn',
    host('https://s3.cn-north-1.amazonaws.com.cn', 'pieces', 'cn-north-1'),
  ],
  [
    's3',
    'https://s3.ap-south-1.amazonaws.com/pieces',
    path('https://s3.ap-south-1.amazonaws.com', 'pieces', 'ap-south-1'),
  ],
  ['s3', 'http://10.0.0.7:9000/pieces/', path('http://10.0.0.7:9000', 'pieces')],
  ['s3', 'http://ceph.example.com/pieces/more', path('http://ceph.example.com', 'pieces')],
  ['s3', 'http://s3.example.com/pieces', path('http://s3.example.com', 'pieces')],
  ['s3', 'http://pieces.s3.localhost:9000', host('http://s3.localhost:9000', 'pieces')],
  ['minio', '127.0.0.1:9000/pieces', path('http://127.0.0.1:9000', 'pieces')],
  ['minio', 'http://127.0.0.1:9000/minio/pieces', path('http://127.0.0.1:9000', 'pieces')],
  ['minio', 'https://minio.example.com/minio', path('https://minio.example.com', 'minio')],
  ['minio', 'minio://127.0.0.1:9000/pieces', path('http://127.0.0.1:9000', 'pieces')],
  [
    'oss',
    'pieces.oss-eu-central-1.aliyuncs.com',
    host('https://oss-eu-central-1.aliyuncs.com', 'pieces', 'oss-eu-central-1'),
  ],
  [
    'oss',
    'http://pieces.oss-cn-hangzhou.aliyuncs.com:8080',
    host('http://oss-cn-hangzhou.aliyuncs.com:8080', 'pieces', 'oss-cn-hangzhou'),
  ],
  [
    'b2',
    'https://s3.us-west-004.backblazeb2.com/pieces',
    path('https://s3.us-west-004.backblazeb2.com', 'pieces', 'us-west-004'),
  ],
  [
    'b2',
    'https://pieces.s3.us-west-004.backblazeb2.com',
    path('https://s3.us-west-004.backblazeb2.com', 'pieces', 'us-west-004'),
  ],
  ['ldfs', 'ldfs.example.com:5000/pieces', path('http://ldfs.example.com:5000', 'pieces', 'ldfs')],
];

describe('where a bucket is', () => {
  for (const [storage, url, expected] of rows) {
    test(`${storage} ${url}`, () => assert.deepEqual(bucketAddress(storage, url, {}), expected));
  }

  test('regions of the environment stand above the URL', () => {
    const env = { MINIO_REGION: 'eu', ALIBABA_CLOUD_OSS_REGION: 'oss-cn-beijing' };
    assert.equal(bucketAddress('minio', 'host/pieces', env).region, 'eu');
    assert.equal(bucketAddress('oss', 'pieces.oss-cn-hangzhou.aliyuncs.com', env).region, 'oss-cn-beijing');
    assert.equal(bucketAddress('s3', 'http://host/pieces', env).region, 'us-east-1');
  });

  test('what names no bucket is refused, and no password is repeated', () => {
    const refused: [RemoteStorage, string, RegExp][] = [
      ['s3', 'http://10.0.0.7:9000', /no bucket .* on 10\.0\.0\.7:9000: expected a URL like/],
      ['s3', '', /no URL/],
      ['s3', './data', /no URL/],
      ['minio', 'http://host:9000/', /no bucket/],
      ['minio', 'http://host:9000/pieces-%d', /no URL/],
      ['s3', 'https://host/%zz', /no URL/],
      ['oss', 'https://localhost', /no bucket/],
      ['b2', 'https://backblazeb2.com', /no bucket/],
      ['s3', 'http://user:geheim@host/pieces', /no user and password, keys are in the environment/],
    ];
    for (const [storage, url, expected] of refused) {
      assert.throws(
        () => bucketAddress(storage, url, {}),
        (error: Error) => {
          assert.ok(error instanceof BucketUrlError);
          assert.match(error.message, expected);
          assert.doesNotMatch(error.message, /geheim/);
          return true;
        },
      );
    }
  });
});
