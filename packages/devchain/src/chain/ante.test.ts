import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import {
  cosmosBankV1beta1 as bank,
  decode,
  encode,
  cosmosFeegrantV1beta1 as feegrant,
  signTx,
  cosmosTxV1beta1 as tx,
} from '@prairie/chain';
import { coin } from '../coins.ts';
import type { DevChain } from '../devchain.ts';
import { testChain, testKey } from '../testing/network.ts';
import { deliver, msg, type SendOptions, signed } from '../testing/sender.ts';

let devchain: DevChain;
const alice = testKey('alice');
const bob = testKey('bob');
const stranger = testKey('stranger');

beforeEach(async () => {
  devchain = await testChain();
});
afterEach(() => devchain.close());

const send = (from = alice.address, to = bob.address, amount = 1n) =>
  msg(bank.MsgSend, { from_address: from, to_address: to, amount: [coin(amount)] });

function check(options: SendOptions = {}, key = alice, messages = [send(key.address)]) {
  const { code, codespace, log } = devchain.chain.check(signed(devchain, key, messages, options));
  return { code, codespace, log };
}

/** Changes the decoded parts of a signed transaction, which breaks its signature. */
function altered(bytes: Uint8Array, change: (body: tx.TxBody, auth: tx.AuthInfo, raw: tx.TxRaw) => void): Buffer {
  const raw = decode(tx.TxRaw, bytes);
  const body = decode(tx.TxBody, raw.body_bytes);
  const auth = decode(tx.AuthInfo, raw.auth_info_bytes);
  change(body, auth, raw);
  return encode(tx.TxRaw, {
    signatures: raw.signatures,
    body_bytes: encode(tx.TxBody, body),
    auth_info_bytes: encode(tx.AuthInfo, auth),
  });
}

test('both signing domains are accepted, another is not', () => {
  assert.equal(check().code, 0);
  assert.equal(check({ domain: '0x71e835aff094655dEF897fbc85534186DbeaB75d' }).code, 0);
  const { code, log } = check({ domain: 'elsewhere' });
  assert.equal(code, 4);
  const address = alice.address.slice(2).toUpperCase();
  assert.match(
    log,
    new RegExp(`^signature verification failed; please verify account \\(${address}\\); err: .*: unauthorized$`),
  );
  assert.equal(check({ chainId: 'greenfield_5600-1' }).code, 4);
});

test('the sequence must be the next one, and pending transactions count', () => {
  const wrong = { code: 32, codespace: 'sdk', log: '' };
  wrong.log = 'account sequence mismatch, expected 0, got 5: incorrect account sequence';
  assert.deepEqual(check({ sequence: 5n }), wrong);
  assert.equal(devchain.chain.submit(signed(devchain, alice, [send()])).code, 0);
  wrong.log = 'account sequence mismatch, expected 1, got 0: incorrect account sequence';
  assert.deepEqual(check({ sequence: 0n }), wrong);
  assert.equal(devchain.chain.submit(signed(devchain, alice, [send(alice.address, bob.address, 2n)])).code, 0);
  assert.equal(devchain.keepers.accounts.account(alice.address)?.sequence, 0n, 'committed');
  const { results } = devchain.produceBlock();
  assert.deepEqual(
    results.txs_results?.map((result) => result.code),
    [0, 0],
  );
  assert.equal(devchain.keepers.accounts.account(alice.address)?.sequence, 2n);
});

test('each check has its code, and the first that fails names it', () => {
  const fee = { gasLimit: 1200n, amount: 1200n * 5_000_000_000n };
  const cases: [string, { code: number; codespace: string; log: string }, number, RegExp][] = [
    ['zero gas', check({ fee: { gasLimit: 0n, amount: 0n } }), 41, /^must provide positive gas/],
    ['memo', check({ memo: 'x'.repeat(257) }), 12, /maximum number of characters is 256 but received 257/],
    ['gas', check({ fee: { ...fee, gasLimit: 1199n } }), 11, /out of gas$/],
    [
      'fee',
      check({ fee: { ...fee, amount: fee.amount - 1n } }),
      13,
      /^insufficient fees; got: 5999999999999BNB required: 6000000000000BNB/,
    ],
    ['timeout', check({ timeoutHeight: 1n }), 30, /^block height: 2, timeout height: 1: tx timeout height$/],
    ['unknown account', check({}, stranger), 9, /does not exist: unknown address$/],
    ['amount', check({}, alice, [send(alice.address, bob.address, 0n)]), 10, /invalid coins$/],
    ['address', check({}, alice, [send(alice.address, 'nowhere')]), 7, /invalid address$/],
    ['funds', check({ fee: { gasLimit: 1200n, amount: 10n ** 28n } }), 5, /insufficient funds$/],
  ];
  for (const [name, { code, codespace, log }, expected, text] of cases) {
    assert.equal(code, expected, `${name}: ${log}`);
    assert.equal(codespace, 'sdk', name);
    assert.match(log, text, name);
  }
});

test('shapes of transactions are checked before their signatures', () => {
  const good = signed(devchain, alice, [send()]);
  const code = (bytes: Uint8Array) => devchain.chain.check(bytes).code;
  assert.equal(code(Buffer.of(0, 0, 0)), 2);
  assert.equal(code(Buffer.alloc(0)), 2);
  assert.equal(code(altered(good, (_body, _auth, raw) => raw.signatures.pop())), 15);
  assert.equal(code(altered(good, (_body, _auth, raw) => raw.signatures.push(Buffer.alloc(65)))), 4);
  assert.equal(code(altered(good, (body) => body.extension_options.push({ type_url: '/x', value: Buffer.of() }))), 31);
  assert.equal(
    code(
      altered(good, (_body, auth) => {
        auth.signer_infos[0]!.mode_info = { single: { mode: 1 }, multi: undefined };
      }),
    ),
    4,
  );
  assert.equal(
    code(
      altered(good, (body) => {
        body.messages[0]!.type_url = '/no.such.Message';
      }),
    ),
    2,
  );
  assert.equal(
    code(
      altered(good, (body) => {
        body.memo = 'changed';
      }),
    ),
    4,
  );
  assert.equal(
    check(
      { memo: 'ok' },
      alice,
      Array.from({ length: 700 }, () => send()),
    ).code,
    21,
  );
});

test('a public key that is not the signer’s is refused', () => {
  const bytes = signed(devchain, alice, [send()]);
  const other = decode(tx.AuthInfo, decode(tx.TxRaw, signed(devchain, bob, [send(bob.address)])).auth_info_bytes);
  const swapped = altered(bytes, (_body, auth) => {
    auth.signer_infos[0]!.public_key = other.signer_infos[0]!.public_key;
  });
  assert.equal(devchain.chain.check(swapped).code, 8);
});

test('the public key becomes the account’s with its first delivered transaction', () => {
  assert.equal(devchain.keepers.accounts.account(alice.address)?.pub_key, undefined);
  deliver(devchain, alice, [send()]);
  assert.ok(devchain.keepers.accounts.account(alice.address)?.pub_key);
});

test('long transactions pay by the byte', () => {
  const memo = 'm'.repeat(200);
  const messages = Array.from({ length: 300 }, () => send());
  const bytes = signed(devchain, alice, messages, { memo });
  assert.ok(bytes.length > 32_768, String(bytes.length));
  const { gas } = devchain.chain.check(bytes);
  const [byMessages, bySize] = [1200n * 300n, 5n * BigInt(bytes.length)];
  assert.equal(gas.used, byMessages > bySize ? byMessages : bySize);
});

test('a fee granter pays, and its allowance shrinks until it is gone', () => {
  const fee = { gasLimit: 1200n, amount: 6_000_000_000_000n };
  const allowance = {
    type_url: feegrant.BasicAllowance.typeUrl,
    value: encode(feegrant.BasicAllowance, { spend_limit: [coin(fee.amount * 2n)] }),
  };
  deliver(devchain, alice, [
    msg(feegrant.MsgGrantAllowance, { granter: alice.address, grantee: bob.address, allowance }),
  ]);
  const [aliceBefore, bobBefore] = [alice, bob].map((key) => devchain.keepers.bank.balance(key.address));
  const granted = { ...fee, granter: alice.address };
  const first = deliver(devchain, bob, [send(bob.address, alice.address, 1n)], { fee: granted });
  assert.ok(first.events.some(({ type }) => type === 'use_feegrant'));
  assert.ok(first.events.some(({ type }) => type === 'update_feegrant'));
  const last = deliver(devchain, bob, [send(bob.address, alice.address, 1n)], { fee: granted });
  assert.ok(last.events.some(({ type }) => type === 'revoke_feegrant'));
  assert.equal(devchain.keepers.bank.balance(alice.address), aliceBefore! - fee.amount * 2n + 2n);
  assert.equal(devchain.keepers.bank.balance(bob.address), bobBefore! - 2n);
  const { code, log } = check({ fee: granted }, bob);
  assert.deepEqual({ code, log }, { code: 38, log: 'fee-grant not found: not found' });
});

test('who is named as payer of the fee must have signed too', () => {
  const accounts = [alice, bob].map(({ address }) => devchain.keepers.accounts.account(address)!);
  const of = (key: typeof alice, account: (typeof accounts)[number]) => ({
    privateKey: key.privateKey,
    accountNumber: account.account_number,
    sequence: account.sequence,
  });
  const fee = { gasLimit: 1200n, amount: 6_000_000_000_000n, payer: alice.address };
  const parts = { messages: [send(bob.address, alice.address, 1n)], chainId: devchain.chainId, fee };
  const alone = signTx({ ...parts, ...of(bob, accounts[1]!) });
  const { code, log } = devchain.chain.check(alone.bytes);
  assert.equal(code, 4, log);
  assert.match(log, /wrong number of signers; expected 2, got 1/);
  const before = devchain.keepers.bank.balance(alice.address);
  const both = signTx({ ...parts, ...of(bob, accounts[1]!), cosigners: [of(alice, accounts[0]!)] });
  assert.equal(devchain.chain.submit(both.bytes).code, 0);
  assert.equal(devchain.produceBlock().results.txs_results![0]!.code, 0);
  assert.equal(devchain.keepers.bank.balance(alice.address), before - fee.amount + 1n);
});
