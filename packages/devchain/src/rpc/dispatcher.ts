/** From a decoded request to the text of its answer, for HTTP and WebSocket alike. */
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
      return { text: errorText('', error), immutable: false };
    }
    if (request.id === undefined) return undefined;
    try {
      const [result, immutable] = await this.run(request, options.eth);
      return { text: resultText(request.id, result), immutable };
    } catch (error) {
      return { text: errorText(request.id, error), immutable: false };
    }
  }

  /** The answers to a whole body: one object for one answer, else a list. Undefined when nothing is to be answered. */
  async answerBody(body: unknown): Promise<Answer | undefined> {
    if (!Array.isArray(body)) return this.answer(body, { eth: true });
    if (body.length > MAX_BATCH) {
      const error = rpcErrors.invalidRequest(`batch of ${body.length} requests, ${MAX_BATCH} allowed`);
      return { text: errorText('', error), immutable: false };
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

  private async run({ method: name, params }: RpcRequest, eth: boolean): Promise<[unknown, boolean]> {
    const ethMethod = eth && Object.hasOwn(this.eth, name) ? this.eth[name] : undefined;
    if (ethMethod) return [ethMethod(Array.isArray(params) ? params : []), false];
    const method = Object.hasOwn(this.methods, name) ? this.methods[name] : undefined;
    if (!method) throw rpcErrors.methodNotFound();
    const args = jsonArgs(method.params, params);
    return [await method.handle(args), isImmutable(method, args)];
  }
}

export function isImmutable({ immutable = false }: Method, args: Readonly<Record<string, unknown>>): boolean {
  return typeof immutable === 'function' ? immutable(args) : immutable;
}
