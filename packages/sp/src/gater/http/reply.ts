/** Writing answers: XML and errors. */
import type { ServerResponse } from 'node:http';
import { GfSpError } from '@prairie/gfsp';
import { REQUEST_ID_HEADER } from './common-headers.ts';
import { publicText } from './public-text.ts';
import { element, type XmlNode } from './xml.ts';

/** An answer whose root is `name`. `attributes` go into the root's tag. */
export function sendXml(response: ServerResponse, name: string, value: XmlNode, attributes = ''): void {
  send(response, 200, 'application/xml', element(name, value, attributes));
}

export function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': bytes.length });
  response.end(bytes);
}

/** The error as clients parse it; where bytes of an answer are out already, the connection ends short instead. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, body } = errorBody(error, String(response.getHeader(REQUEST_ID_HEADER)));
  for (const name of response.getHeaderNames()) {
    if (name.startsWith('content-')) response.removeHeader(name);
  }
  send(response, status, 'application/xml', body);
}

/** `requestId` names an error that a client is told no more of. */
export function errorBody(error: unknown, requestId: string): { status: number; body: string } {
  const { httpStatus: status, innerCode } = GfSpError.from(error);
  return { status, body: element('Error', { Code: innerCode, Message: publicText(error, requestId) }) };
}
