/** Server reflection (`grpc.reflection.v1` and `v1alpha`, which differ in the name only): tools ask what is served. */

import { status } from '@grpc/grpc-js';
import { define, type Init } from '@prairie/chain';
import { both, defineRpc, type RpcService, type ServedService, serve } from '../method.ts';
import { type DescriptorFile, Descriptors } from './descriptors.ts';

interface ReflectionRequest {
  host: string;
  file_by_filename: string;
  file_containing_symbol: string;
  list_services: string;
}

interface ReflectionResponse {
  valid_host: string;
  original_request: ReflectionRequest | undefined;
  file_descriptor_response: { file_descriptor_proto: Uint8Array[] } | undefined;
  list_services_response: { service: { name: string }[] } | undefined;
  error_response: { error_code: number; error_message: string } | undefined;
}

function defineReflection(version: 'v1' | 'v1alpha') {
  const name = `grpc.reflection.${version}`;
  const request = define<ReflectionRequest>(`${name}.ServerReflectionRequest`, {
    host: [1, 'string'],
    file_by_filename: [3, 'string'],
    file_containing_symbol: [4, 'string'],
    list_services: [7, 'string'],
  });
  define(`${name}.FileDescriptorResponse`, { file_descriptor_proto: [1, 'bytes[]'] });
  define(`${name}.ServiceResponse`, { name: [1, 'string'] });
  define(`${name}.ListServiceResponse`, { service: [1, `${name}.ServiceResponse[]`] });
  define(`${name}.ErrorResponse`, { error_code: [1, 'int32'], error_message: [2, 'string'] });
  const response = define<ReflectionResponse>(`${name}.ServerReflectionResponse`, {
    valid_host: [1, 'string'],
    original_request: [2, `${name}.ServerReflectionRequest`],
    file_descriptor_response: [4, `${name}.FileDescriptorResponse`],
    list_services_response: [6, `${name}.ListServiceResponse`],
    error_response: [7, `${name}.ErrorResponse`],
  });
  // held, so that a tool that stays connected does not hold up a server that stops
  return defineRpc(`${name}.ServerReflection`, { ServerReflectionInfo: both(request, response, { held: true }) });
}

const REFLECTION = [defineReflection('v1'), defineReflection('v1alpha')];

/** Descriptors are made at the first question: most processes are never asked. */
export function serveReflection(services: readonly RpcService[]): ServedService[] {
  const all = [...services, ...REFLECTION];
  let descriptors: Descriptors | undefined;
  const reply = (question: ReflectionRequest): Init<ReflectionResponse> => {
    if (!question.file_by_filename && !question.file_containing_symbol) {
      return { list_services_response: { service: all.map(({ name }) => ({ name })) } };
    }
    descriptors ??= new Descriptors(all);
    const files = question.file_by_filename
      ? descriptors.byFileName(question.file_by_filename)
      : descriptors.containing(question.file_containing_symbol);
    return files ? found(files) : unknown(question);
  };
  return REFLECTION.map((service) =>
    serve(service, {
      async ServerReflectionInfo(questions) {
        return answers(questions, reply);
      },
    }),
  );
}

async function* answers(
  questions: AsyncIterable<ReflectionRequest>,
  reply: (question: ReflectionRequest) => Init<ReflectionResponse>,
): AsyncGenerator<Init<ReflectionResponse>> {
  for await (const question of questions) {
    yield { valid_host: question.host, original_request: question, ...reply(question) };
  }
}

const found = (files: readonly DescriptorFile[]): Init<ReflectionResponse> => ({
  file_descriptor_response: { file_descriptor_proto: files.map(({ bytes }) => bytes) },
});

const unknown = ({ file_by_filename, file_containing_symbol }: ReflectionRequest): Init<ReflectionResponse> => ({
  error_response: {
    error_code: status.NOT_FOUND,
    error_message: `nothing here is called ${file_by_filename || file_containing_symbol}`,
  },
});
