/** The card that a devnet prints for people. */
import type { DevnetSummary } from '@prairie/devnet/options';

export interface CardInput extends DevnetSummary {
  blockTimeMs: number;
  dataDir: string | undefined;
  /** Path of the resolver for host-style calls, as the reader can paste it. */
  resolver: string;
  namedEndpoints: boolean;
}

export function card(input: CardInput): string {
  const first = input.sps[0]!;
  const blocks = input.blockTimeMs === 0 ? 'a block per transaction' : `block time ${input.blockTimeMs} ms`;
  return [
    '',
    `  Prairie devnet  ${input.chainId} · ${blocks} · ${input.sps.length} providers`,
    '',
    `  RPC        ${input.rpc}   (EVM chain id ${input.evmChainId})`,
    ...(input.rest === undefined ? [] : [`  REST       ${input.rest}`]),
    '  Providers  the second address is for prairie sp … --endpoint',
    ...input.sps.map((sp) => `    ${String(sp.id).padStart(2)}  ${sp.endpoint}  ${sp.grpc}  ${sp.operatorAddress}`),
    '  Accounts   funded with 1,000,000,000 BNB each; the keys are public: never send real money to them',
    ...input.accounts.map((a, i) => `    ${String(i).padStart(2)}  ${a.address}  ${a.privateKey}`),
    '',
    '  Try it in another terminal:',
    '    npx prairie bucket create gnfd://my-first-bucket',
    '    npx prairie object put README.md gnfd://my-first-bucket/readme.md',
    '    npx prairie object get gnfd://my-first-bucket/readme.md copy.md',
    '',
    ...(input.namedEndpoints ? sdkHint(input) : []),
    `  State      ${input.dataDir ?? 'in memory only'}`,
    `  Health     curl ${first.endpoint.replace(/\/\/[^:]+/, '//127.0.0.1')}/status`,
    '  Ctrl-C stops it.',
    '',
  ].join('\n');
}

function sdkHint(input: CardInput): string[] {
  return [
    '  JavaScript SDK: Client.create(RPC, EVM chain id). It calls bucket.sp1.nodereal.localhost; where the system does',
    '  not resolve names below localhost, load the resolver (browsers need nothing):',
    `    node --import ${input.resolver} your-program.mjs`,
    '  Clients of plain addresses (Go SDK, gnfd-cmd): start with --endpoints address',
    '',
  ];
}
