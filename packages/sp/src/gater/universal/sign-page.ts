/** The page on which a browser's wallet signs for a private object (`reference/gateway-http.md` §5.8). */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Gateway, GatewayRequest } from '../http/handler.ts';
import type { Disposition } from '../read/disposition.ts';
import { objectUrl, SIGNED_TEXT } from './access.ts';
import { isolated, pathOf, sendPage } from './page.ts';

/** Long enough to watch a film: each part of it is asked for with the same signature. */
const VALID_MS = 4 * 3600 * 1000;

const SCRIPT = readFileSync(new URL('./pages/sign-page.client.js', import.meta.url), 'utf8');

/** `reference/gateway-http.md` §5.8. */
const NETWORKS: Readonly<Record<string, string>> = {
  'greenfield_7971-1': 'dev - greenfield',
  'greenfield_9000-1741': 'qa - greenfield',
  'greenfield_5600-1': 'greenfield testnet',
  'greenfield_920-1': 'greenfield pre-main-net',
  'greenfield_1017-1': 'greenfield main-net',
};

export function sendSignPage(
  gateway: Gateway,
  { place: { bucket, object } }: GatewayRequest,
  response: ServerResponse,
  disposition: Disposition,
): void {
  const { chainId } = gateway.dependencies.consensus;
  const isDownload = disposition === 'attachment';
  sendPage(response, {
    title: object,
    body: `<h1>This file is private</h1>
<p>Sign a message with your wallet to show that you may ${isDownload ? 'download' : 'open'} it. Signing is free and sends no transaction.</p>
<dl>
<dt>File</dt><dd>${isolated(object)}</dd>
<dt>Bucket</dt><dd>${isolated(bucket)}</dd>
<dt>Network</dt><dd>${isolated(NETWORKS[chainId] ?? chainId)}</dd>
</dl>
<div id="wallets"></div>
<p id="message" role="status"></p>
<noscript><p>Signing needs JavaScript, which is switched off in this browser.</p></noscript>`,
    script: SCRIPT,
    config: {
      signedMsg: SIGNED_TEXT,
      url: objectUrl(bucket, object),
      path: pathOf(isDownload ? 'download' : 'view', bucket, object),
      isDownload,
      now: Date.now(),
      validMs: VALID_MS,
    },
  });
}
