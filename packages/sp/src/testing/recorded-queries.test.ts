/** Queries of clients, sent again to a gateway whose tables hold the same blocks: status, and body to the letter. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Metadata } from '@prairie/gfsp';
import { escapeXml } from '../gater/http/xml.ts';
import { chainOf, gatewayOf } from '../gater/testing.ts';
import { type Exchange, exchanges, Network } from './recorded-network.ts';

/** The provider that ran as on a test network; the others answer as on mainnet. */
const OPEN_PROVIDER = 'sp1';

interface Difference {
  about: RegExp;
  /** Both bodies, made equal where they differ by intent. */
  normal: (body: string) => string;
}

const DIFFERENCES: readonly Difference[] = [
  // an object of our tables knows its family's groups; the reference's list is empty until one is deleted
  { about: /./, normal: (body) => body.replace(/<GlobalVirtualGroupIds>\d+<\/GlobalVirtualGroupIds>/g, '') },
  // errors say what was expected
  { about: /./, normal: (body) => body.replace(/(<Code>500\d\d<\/Code>)<Message>.*<\/Message>/, '$1') },
  // the order of a map is any
  {
    about: /ids=/,
    normal: (body) => body.replace(/(<(\w+Entry)>.*<\/\2>)/s, (all, _, name) => sorted(all, name)),
  },
  // a change of the extra text is an event of its own, which the reference does not read
  {
    about: /group/,
    normal: (body) =>
      body
        .replace(/<Extra>(some extra|changed)</g, '<Extra><')
        .replace(/<UpdateAt>264[25]<\/UpdateAt><UpdateTime>179523134[24]</g, '<UpdateAt><'),
  },
  // the group of an empty object is kept
  { about: /./, normal: (body) => body.replace(/(<LocalVirtualGroupId>)1(<[^>]*><PayloadSize>0<)/g, '$10$2') },
  // a pending update, which the reference loses
  {
    about: /./,
    normal: (body) => body.replace(/<(Objects?)>((?!<\/\1>).)*<ObjectName>delegated\.txt<((?!<\/\1>).)*<\/\1>/s, ''),
  },
  // how far the tables were at that moment is known to a block
  { about: /deleted-objects/, normal: (body) => body.replace(/<EndBlockNumber>293[67]</, '<EndBlockNumber><') },
  // raw bytes, of which XML cannot carry most
  { about: /objects-gvg|deleted-objects/, normal: (body) => body.replace(/<Checksums>.*?<\/Checksums>/gs, '') },
];

function sorted(entries: string, name: string): string {
  return entries
    .split(`</${name}>`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join(`</${name}>`);
}

/** What is answered in another way by intent: every one is told in docs/differences.md. */
const UNLIKE: ReadonlyMap<string, [status: number, body: RegExp]> = new Map([
  // a script's word for nothing
  ['sp0 group-query&name=group&prefix=fx&source-type=undefined', [200, /<GroupName>fx-group<\/GroupName>.*<Count>2</s]],
  // providers of the genesis are known here
  ['sp1 query-sp&operator-address=0x55Bb0651F974cd14E9aEf38776613a7837375683', [404, /<Code>90004</]],
  // no move at all is a no
  ['sp1 gvg-permission&gvg-id=1&sp-id=2&bucket-id=1', [200, /<Effect>2</]],
]);

async function compare(t: TestContext, endpoint: string): Promise<number> {
  const network = await Network.open();
  let metadata: Metadata | undefined;
  const client = {
    get metadata() {
      return metadata!;
    },
  };
  const gateways = {
    mainnet: await gatewayOf(t, client, chainOf()),
    testnet: await gatewayOf(t, client, chainOf(), { env: 'testnet' }),
  };
  let compared = 0;
  for (const { url, sp, user, status, body, time, step } of exchanges(endpoint)) {
    if (status === 200 && body === '') continue; // unmatched: it has a test of its own
    metadata = await network.at(time);
    const gateway = sp === OPEN_PROVIDER ? gateways.testnet : gateways.mainnet;
    const headers: Record<string, string> = user === undefined ? {} : { 'X-Gnfd-User-Address': user };
    const answer = await gateway.send({ path: `${url.pathname}${url.search}`, headers });
    const text = answer.body.toString();
    const json = await gateway.send({
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, Accept: 'application/json' },
    });
    assert.equal(xmlOfJson(JSON.parse(json.body.toString())), contentOf(text), `${step} as JSON`);
    const unlike = UNLIKE.get(`${sp} ${url.search.slice(1)}`);
    if (unlike) {
      assert.equal(answer.status, unlike[0], `${step}: ${text}`);
      assert.match(text, unlike[1]);
      continue;
    }
    const normal = normalOf({ url });
    assert.equal(normal(text), normal(body), `${step} at ${sp}`);
    assert.equal(answer.status, status, step);
    compared += 1;
  }
  return compared;
}

/** What stands in the root element. */
const contentOf = (xml: string) => xml.replace(/^<[^>]*>/, '').replace(/<\/[^>]*>$/, '');

/** The same as XML; only an error tells more as JSON. */
function xmlOfJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  const { RequestId: _, ...elements } = value as Record<string, unknown>;
  return Object.entries(elements)
    .flatMap(([name, content]) => [content].flat().map((one) => `<${name}>${xmlOfJson(one)}</${name}>`))
    .join('');
}

function normalOf({ url }: Pick<Exchange, 'url'>): (body: string) => string {
  const fitting = DIFFERENCES.filter(({ about }) => about.test(url.search || '/'));
  return (body) => fitting.reduce((text, { normal }) => normal(text), body);
}

for (const [endpoint, atLeast] of [
  ['groups', 24],
  ['list-by-ids', 5],
  ['object-policies', 4],
  ['payments', 4],
  ['bucket-meta', 10],
  ['object-meta', 8],
  ['list-user-buckets', 5],
  ['list-objects', 39],
  ['metadata-internal', 50],
  ['verify-permission', 37],
] as const) {
  test(`recorded exchanges: ${endpoint}`, async (t) => {
    assert.ok((await compare(t, endpoint)) >= atLeast);
  });
}
