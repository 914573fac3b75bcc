/** Pages for people: one file each, nothing from elsewhere, nothing in them runs but what we put there. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { send } from '../http/reply.ts';
import { escapeXml } from '../http/xml.ts';

export interface Page {
  /** Text. */
  readonly title: string;
  /** HTML: every text in it has gone through `escapeXml`. */
  readonly body: string;
  /** JavaScript of ours. */
  readonly script?: string;
  /** For the script, in an element with the id `config`. */
  readonly config?: Readonly<Record<string, unknown>>;
}

const STYLE = readFileSync(new URL('./pages/page.css', import.meta.url), 'utf8');

const ICON =
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" ' +
  'stroke-linejoin="round" aria-hidden="true">' +
  '<path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8z"/><path d="M14 3v5h5"/>' +
  '<path d="M9.5 14.5h5v3.5h-5z"/><path d="M10.5 14.5v-1.25a1.5 1.5 0 0 1 3 0v1.25"/></svg>';

/** Status 200, whatever it says (`reference/gateway-http.md` §5.8). */
export function sendPage(response: ServerResponse, page: Page): void {
  const nonce = randomBytes(16).toString('base64');
  for (const name of response.getHeaderNames()) if (name.startsWith('content-')) response.removeHeader(name);
  response.setHeader('Content-Security-Policy', policy(nonce));
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Vary', 'User-Agent');
  send(response, 200, 'text/html; charset=utf-8', html(page, nonce));
}

/** Wallets reach their page by messages in the browser: no connection is needed. Pages may be framed, as files are. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function html({ title, body, script, config }: Page, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeXml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
${ICON}
${body}
</main>
${config ? `<script type="application/json" id="config">${jsonInHtml(config)}</script>` : ''}
${script ? `<script type="module" nonce="${nonce}">${script}</script>` : ''}
</body>
</html>
`;
}

/** No text in it can end the element it stands in, or begin a comment. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Names may hold characters that turn the direction of text around: they stay within their own element. */
export const isolated = (text: string): string => `<bdi>${escapeXml(text)}</bdi>`;

/** The object in the path, encoded: it means the same in every browser. */
export function pathOf(kind: string, bucket: string, object: string): string {
  return `/${kind}/${[bucket, ...object.split('/')].map(encodeURIComponent).join('/')}`;
}
