/**
 * Field tables as protobuf descriptors, for tools such as grpcurl. Each message, enum and service is a file of its own,
 * so that a file needs exactly what its fields name.
 */
import {
  type AnyMessage,
  encode,
  enumType,
  type Field,
  googleProtobuf,
  type MessageType,
  messageType,
} from '@prairie/chain';
import type { RpcService } from '../method.ts';

/** `FieldDescriptorProto.Type` of protobuf. */
const TYPES: Readonly<Record<NonNullable<Field['scalar']>, number>> = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  bytes: 12,
  uint32: 13,
  sfixed32: 15,
  sfixed64: 16,
  // numbers of any size are decimal text
  integer: 9,
  decimal: 9,
};
const TYPE_MESSAGE = 11;
const TYPE_ENUM = 14;
const OPTIONAL = 1;
const REPEATED = 3;

export interface DescriptorFile {
  readonly name: string;
  readonly dependencies: readonly string[];
  /** A `FileDescriptorProto`. */
  readonly bytes: Uint8Array;
}

/** Descriptors of services and of all that they use, by symbol. */
export class Descriptors {
  readonly #files = new Map<string, DescriptorFile>();

  constructor(services: readonly RpcService[]) {
    for (const service of services) {
      this.#addService(service);
      for (const { request, response } of Object.values(service.methods)) {
        this.#addMessage(request);
        this.#addMessage(response);
      }
    }
  }

  /** The file that has a service, method, message, field or enum, and the files that it needs, each once. */
  containing(symbol: string): DescriptorFile[] | undefined {
    for (let name = symbol; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
      const file = this.#files.get(fileOf(name));
      if (file) return this.#withDependencies(file);
    }
    return undefined;
  }

  byFileName(name: string): DescriptorFile[] | undefined {
    const file = this.#files.get(name);
    return file && this.#withDependencies(file);
  }

  #withDependencies(file: DescriptorFile): DescriptorFile[] {
    const found = new Map([[file.name, file]]);
    // a map may grow while it is gone through
    for (const { dependencies } of found.values()) {
      for (const name of dependencies) found.set(name, this.#files.get(name)!);
    }
    return [...found.values()];
  }

  #add(symbol: string, dependencies: readonly string[], content: AnyMessage): void {
    const name = fileOf(symbol);
    const needed = [...new Set(dependencies.map(fileOf))].filter((other) => other !== name);
    const file = { name, package: packageOf(symbol), dependency: needed, syntax: 'proto3', ...content };
    this.#files.set(name, { name, dependencies: needed, bytes: encode(googleProtobuf.FileDescriptorProto, file) });
  }

  #addService({ name, methods }: RpcService): void {
    const method = Object.entries(methods).map(([methodName, { kind, request, response }]) => ({
      name: methodName,
      input_type: `.${request.name}`,
      output_type: `.${response.name}`,
      client_streaming: kind === 'up' || kind === 'both',
      server_streaming: kind === 'down' || kind === 'both',
    }));
    const messages = Object.values(methods).flatMap(({ request, response }) => [request.name, response.name]);
    this.#add(name, messages, { service: [{ name: lastOf(name), method }] });
  }

  #addMessage(type: MessageType): void {
    if (this.#files.has(fileOf(type.name))) return;
    const needed = type.fields.flatMap(({ messageName, enumName }) => messageName ?? enumName ?? []);
    this.#add(type.name, needed, { message_type: [{ name: lastOf(type.name), field: type.fields.map(fieldOf) }] });
    for (const { messageName, enumName } of type.fields) {
      if (messageName) this.#addMessage(messageType(messageName));
      if (enumName) this.#addEnum(enumName);
    }
  }

  #addEnum(name: string): void {
    if (this.#files.has(fileOf(name))) return;
    // proto3 wants the value 0 first
    const values = [...enumType(name).byName].sort(([, a], [, b]) => Number(a !== 0) - Number(b !== 0));
    const value = values.map(([valueName, number]) => ({ name: valueName, number }));
    this.#add(name, [], { enum_type: [{ name: lastOf(name), value }] });
  }
}

function fieldOf(field: Field): AnyMessage {
  const typeName = field.messageName ?? field.enumName;
  return {
    name: field.name,
    number: field.number,
    label: field.repeated ? REPEATED : OPTIONAL,
    type: field.messageName ? TYPE_MESSAGE : field.enumName ? TYPE_ENUM : TYPES[field.scalar!],
    ...(typeName && { type_name: `.${typeName}` }),
  };
}

const fileOf = (symbol: string): string => `${symbol}.proto`;
const lastOf = (symbol: string): string => symbol.slice(symbol.lastIndexOf('.') + 1);
const packageOf = (symbol: string): string => symbol.slice(0, symbol.lastIndexOf('.'));
