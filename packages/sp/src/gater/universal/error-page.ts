/** What a browser shows instead of an object (`reference/gateway-http.md` §5.8): one of four words, and what it means. */
import type { ServerResponse } from 'node:http';
import type { GfSpError } from '@prairie/gfsp';
import type { GatewayRequest } from '../http/handler.ts';
import { escapeXml } from '../http/xml.ts';
import type { Disposition } from '../read/disposition.ts';
import { isolated, pathOf, sendPage } from './page.ts';

interface Kind {
  readonly word: string;
  readonly title: string;
  readonly advice: string;
}

const INTERNAL: Kind = {
  word: 'INTERNAL_ERROR',
  title: 'The file could not be opened',
  advice: 'Try again in a moment. If it stays so, tell the provider the request id below.',
};

/** By the error's code; every other one is `INTERNAL_ERROR`. */
const KINDS: Readonly<Record<number, Kind>> = {
  30004: {
    word: 'NO_ENOUGH_QUOTA',
    title: 'The read quota is used up',
    advice: 'The bucket has no read quota left. Its owner can buy more, or wait for the next month.',
  },
  50025: {
    word: 'FILE_NOT_FOUND',
    title: 'There is no such file',
    advice: 'It may have been deleted, renamed or not yet stored.',
  },
  50026: {
    word: 'NO_PERMISSION',
    title: 'You may not open this file',
    advice: 'The account that signed has no permission to read it. Its owner can grant one.',
  },
};

/** Refusals that another signature may turn: the link was opened too late, or came damaged. */
const SIGN_AGAIN: ReadonlySet<number> = new Set([50015, 50024, 50026]);

export function sendErrorPage(
  response: ServerResponse,
  error: GfSpError,
  { id, place: { bucket, object } }: GatewayRequest,
  disposition: Disposition,
): void {
  const { word, title, advice } = KINDS[error.innerCode] ?? INTERNAL;
  // what went wrong inside the provider is for its log
  const reason = error.httpStatus < 500 && !KINDS[error.innerCode] ? `<p>${escapeXml(error.message)}</p>` : '';
  const again = `<a class="button" href="${escapeXml(pathOf(disposition === 'attachment' ? 'download' : 'view', bucket, object))}">Sign again</a>`;
  sendPage(response, {
    title,
    body: `<h1>${escapeXml(title)}</h1>
<p>${escapeXml(advice)}</p>
${reason}
<dl>
<dt>File</dt><dd>${isolated(object)}</dd>
<dt>Bucket</dt><dd>${isolated(bucket)}</dd>
<dt>Reason</dt><dd>${word}</dd>
</dl>
${SIGN_AGAIN.has(error.innerCode) ? again : ''}
<small>Request ${escapeXml(id)}</small>`,
  });
}
