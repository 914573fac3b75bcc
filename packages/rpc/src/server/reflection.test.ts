import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ChannelCredentials, Client } from '@grpc/grpc-js';
import { type AnyMessage, decode, encode, googleProtobuf, messageType } from '@prairie/chain';
import { startServer } from '../testing/server.ts';

/** The reference's ten, `reference/internal-grpc.md` §3. */
const REFERENCE = [
  'Approval',
  'Authentication',
  'Download',
  'Upload',
  'Receive',
  'Manage',
  'P2P',
  'Sign',
  'QueryTask',
  'Resource',
];

async function reflect(t: TestContext, version: string) {
  const server = await startServer(t, {});
  const client = new Client(server.address, ChannelCredentials.createInsecure());
  t.after(() => client.close());
  const name = `grpc.reflection.${version}.ServerReflection`;
  const call = client.makeBidiStreamRequest(
    `/${name}/ServerReflectionInfo`,
    (value: AnyMessage) => encode(messageType(`${name}Request`), value),
    (bytes: Buffer) => decode(messageType(`${name}Response`), bytes),
  );
  t.after(() => call.end());
  const answers = call[Symbol.asyncIterator]();
  return async (question: AnyMessage): Promise<AnyMessage> => {
    call.write(question);
    return (await answers.next()).value;
  };
}

describe('reflection', () => {
  for (const version of ['v1', 'v1alpha']) {
    it(`${version} lists all services, whatever modules run`, async (t) => {
      const ask = await reflect(t, version);
      const { list_services_response } = await ask({ list_services: '*' });
      const names = list_services_response.service.map((service: { name: string }) => service.name);
      for (const name of REFERENCE) assert.ok(names.includes(`base.types.gfspserver.GfSp${name}Service`), name);
      assert.ok(names.includes('modular.metadata.types.GfSpMetadataService'));
    });
  }

  it('describes each service with all that it needs, without circles', async (t) => {
    const ask = await reflect(t, 'v1');
    const { list_services_response } = await ask({ list_services: '*' });
    for (const { name } of list_services_response.service) {
      const { file_descriptor_response } = await ask({ file_containing_symbol: name });
      const files = file_descriptor_response.file_descriptor_proto.map((bytes: Uint8Array) =>
        decode(googleProtobuf.FileDescriptorProto, bytes),
      ) as googleProtobuf.FileDescriptorProto[];
      assert.equal(files[0]?.service[0]?.name, name.slice(name.lastIndexOf('.') + 1));
      assertNoCircles(files);
    }
  });

  it('finds a message by the name of its field, and says what it does not know', async (t) => {
    const ask = await reflect(t, 'v1');
    const { file_descriptor_response } = await ask({ file_containing_symbol: 'base.types.gfsptask.GfSpTask.address' });
    const [first] = file_descriptor_response.file_descriptor_proto;
    assert.equal(decode(googleProtobuf.FileDescriptorProto, first).message_type[0]?.name, 'GfSpTask');
    assert.equal((await ask({ file_by_filename: 'nothing.proto' })).error_response.error_code, 5);
  });
});

function assertNoCircles(files: googleProtobuf.FileDescriptorProto[]): void {
  const byName = new Map(files.map((file) => [file.name, file]));
  const done = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    assert.ok(!path.includes(name), `${[...path, name].join(' → ')}`);
    if (done.has(name)) return;
    const file = byName.get(name);
    assert.ok(file, `${name} is needed and was not given`);
    for (const other of file.dependency) visit(other, [...path, name]);
    done.add(name);
  };
  for (const { name } of files) visit(name, []);
}
