/** Writing answers: messages as XML or JSON, and errors. */
import type { ServerResponse } from 'node:http';
import { GfSpError } from '@prairie/gfsp';
import { REQUEST_ID_HEADER } from './common-headers.ts';
import type { Gateway, GatewayRequest, Handler } from './handler.ts';
import { publicText } from './public-text.ts';
import { prefersJson } from './representation.ts';
import { type Answer, answer, number, text } from './shape.ts';

/** A handler that is asked for a message, which is answered in the form that the client wants. */
export function answeredAs<M>(
  form: Answer<M>,
  ask: (gateway: Gateway, request: GatewayRequest, response: ServerResponse) => Promise<M>,
): Handler {
  const handle = async (gateway: Gateway, request: GatewayRequest, response: ServerResponse) => {
    sendMessage(response, 200, { form, value: await ask(gateway, request, response) });
  };
  return Object.assign(handle, { form });
}

export function send(response: ServerResponse, status: number, contentType: string, body: string | Buffer): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': bytes.length });
  response.end(bytes);
}

function sendMessage<M>(
  response: ServerResponse,
  status: number,
  { form, jsonForm = form, value }: { form: Answer<M>; jsonForm?: Answer<M>; value: M },
): void {
  response.setHeader('Vary', 'Accept');
  if (prefersJson(response.req.headers.accept)) send(response, status, 'application/json', jsonForm.json(value));
  else send(response, status, 'application/xml', form.xml(value));
}

/** What a client is told of an error. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  /** By which the provider's log tells more. */
  readonly requestId: string;
}

const REFUSAL = { Code: number<Refusal>(({ code }) => code), Message: text<Refusal>(({ message }) => message) };
/** As clients parse it. */
export const xmlError = answer('Error', REFUSAL);
/** A header has the request's id for all; who reads JSON finds it here too. */
export const jsonError = answer('Error', { ...REFUSAL, RequestId: text<Refusal>(({ requestId }) => requestId) });

export function refusalOf(error: unknown, requestId: string): Refusal {
  const { httpStatus: status, innerCode: code } = GfSpError.from(error);
  return { status, code, message: publicText(error, requestId), requestId };
}

/** The error as clients parse it; where bytes of an answer are out already, the connection ends short instead. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal = refusalOf(error, String(response.getHeader(REQUEST_ID_HEADER)));
  for (const name of response.getHeaderNames()) {
    if (name.startsWith('content-')) response.removeHeader(name);
  }
  sendMessage(response, refusal.status, { form: xmlError, jsonForm: jsonError, value: refusal });
}
