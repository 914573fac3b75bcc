/** From a decoded request to the text of its answer, for HTTP and WebSocket alike. */
import type { IncomingMessage } from 'node:http';
import type { EthMethods } from './eth-methods.ts';
import type { Method, MethodTable } from './methods.ts';
import { jsonArgs } from './params.ts';
import { errorText, type RpcRequest, requestOf, resultText, rpcErrors } from './protocol.ts';

/** Requests in one batch. */
const MAX_BATCH = 1000;

export interface Answer {
  text: string;
  /** Whether a cache may keep it. */
  immutable: boolean;
}

export class Dispatcher {
  readonly methods: MethodTable;
  private readonly eth: EthMethods;

  constructor(methods: MethodTable, eth: EthMethods) {
    this.methods = methods;
    this.eth = eth;
  }

  /** Undefined for a notification. */
  async answer(value: unknown, options: { eth: boolean }): Promise<Answer | undefined> {
    let request: RpcRequest;
    try {
      request = requestOf(value);
    } catch (error) {
      return { text: errorText(undefined, error), immutable: false };
    }
    if (request.id === undefined) return undefined;
    // an error of a method is as cacheable as its answers: so does the node
    let immutable = false;
    try {
      const call = this.call(request, options.eth);
      immutable = call.immutable;
      return { text: resultText(request.id, await call.run()), immutable };
    } catch (error) {
      return { text: errorText(request.id, error), immutable };
    }
  }

  /** The answers to a whole body: one object for one answer, else a list. Undefined when nothing is to be answered. */
  async answerBody(body: unknown): Promise<Answer | undefined> {
    if (!Array.isArray(body)) return this.answer(body, { eth: true });
    if (body.length > MAX_BATCH) {
      const error = rpcErrors.invalidRequest(`batch of ${body.length} requests, ${MAX_BATCH} allowed`);
      return { text: errorText(undefined, error), immutable: false };
    }
    const answers: Answer[] = [];
    for (const request of body) {
      const answer = await this.answer(request, { eth: true });
      if (answer) answers.push(answer);
    }
    if (answers.length === 0) return undefined;
    const texts = answers.map((answer) => answer.text);
    const immutable = answers.every((answer) => answer.immutable);
    return { text: texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`, immutable };
  }

  /** @throws RpcError when there is no such method, or its arguments are wrong */
  private call({ method: name, params }: RpcRequest, eth: boolean): { immutable: boolean; run: () => unknown } {
    const ethMethod = eth && Object.hasOwn(this.eth, name) ? this.eth[name] : undefined;
    if (ethMethod) return { immutable: false, run: () => ethMethod(Array.isArray(params) ? params : []) };
    const method = Object.hasOwn(this.methods, name) ? this.methods[name] : undefined;
    if (!method) throw rpcErrors.methodNotFound();
    const args = jsonArgs(method.params, params);
    return { immutable: isImmutable(method, args), run: () => method.handle(args) };
  }
}

/** Which one answers a request. */
export type DispatcherOf = (request: IncomingMessage) => Dispatcher;

export function isImmutable({ immutable = false }: Method, args: Readonly<Record<string, unknown>>): boolean {
  return typeof immutable === 'function' ? immutable(args) : immutable;
}
