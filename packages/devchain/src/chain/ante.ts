/**
 * The checks before a transaction's messages run (`reference/chain-rpc.md` §10.1), in the chain's order: an error's
 * code depends on which check comes first.
 */
import { addressFromPublicKey, MIN_GAS_PRICE, publicKeyInTx, sameAddress } from '@prairie/chain';
import { coinsText, DENOM } from '../coins.ts';
import type { AccountKeeper } from '../modules/auth/keeper.ts';
import type { BankKeeper } from '../modules/bank/keeper.ts';
import type { FeegrantKeeper } from '../modules/feegrant/index.ts';
import type { GashubKeeper } from '../modules/gashub/keeper.ts';
import { sdkErrors } from '../sdk-errors.ts';
import type { ExecutionContext } from './execution-context.ts';
import { signatureFault } from './signature.ts';
import { feePayer, signersOf, type Tx } from './tx.ts';

const SIGN_MODE_EIP_712 = 712;
const MAX_GAS = 2n ** 63n - 1n;
const SIGNATURE_BYTES = 65;

/** Room that a simulated transaction gets for what it lacks: signature, public key, fee. */
const SIMULATED_BYTES = { signature: 65, publicKey: 79, fee: 42 };

export interface AnteKeepers {
  accounts: AccountKeeper;
  bank: BankKeeper;
  feegrant: FeegrantKeeper;
  gashub: GashubKeeper;
  /** Accounts whose signature is not asked for; none on a chain without developer powers. */
  impersonated?: { has(address: string): boolean } | undefined;
}

export interface Gas {
  wanted: bigint;
  used: bigint;
}

/** Checks, charges the fee and counts the sequence up; events go to `ctx`, gas to `gas` as soon as it is known. */
export function runAnte(ctx: ExecutionContext, tx: Tx, gas: Gas, keepers: AnteKeepers): void {
  const signers = signersOf(tx);
  if (ctx.mode !== 'simulate' && gas.wanted === 0n) throw sdkErrors.invalidGasLimit('must provide positive gas');
  checkBasic(ctx, tx, signers, keepers);
  gas.used = keepers.gashub.gasOf(tx.messages, sizeOf(ctx, tx, keepers));
  if (ctx.mode !== 'simulate' && gas.used > gas.wanted) {
    throw sdkErrors.outOfGas(`gas limit ${gas.wanted} is below the gas of the messages, ${gas.used}`);
  }
  const free = signers.every((signer) => keepers.impersonated?.has(signer));
  if (ctx.mode === 'check' && !free) checkMinimumFee(tx, gas.wanted);
  deductFee(ctx, tx, keepers);
  setPublicKeys(ctx, tx, signers, keepers);
  if (BigInt(tx.signatures.length) > keepers.accounts.params.tx_sig_limit) {
    throw sdkErrors.tooManySignatures(
      `signatures: ${tx.signatures.length}, limit: ${keepers.accounts.params.tx_sig_limit}`,
    );
  }
  verifySignatures(ctx, tx, signers, keepers);
  for (const signer of signers) keepers.accounts.bumpSequence(signer);
}

function checkBasic(ctx: ExecutionContext, tx: Tx, signers: readonly string[], keepers: AnteKeepers): void {
  const { body, authInfo, signatures } = tx;
  if (body.extension_options.length > 0) throw sdkErrors.unknownExtensionOptions();
  if ((authInfo.fee?.gas_limit ?? 0n) > MAX_GAS)
    throw sdkErrors.invalidRequest(`invalid gas supplied; ${authInfo.fee?.gas_limit} > ${MAX_GAS}`);
  if (signatures.length === 0) throw sdkErrors.noSignatures();
  checkFeeCoins(tx);
  if (signatures.length !== signers.length) {
    throw sdkErrors.unauthorized(`wrong number of signers; expected ${signers.length}, got ${signatures.length}`);
  }
  if (body.timeout_height !== 0n && ctx.height > body.timeout_height) {
    throw sdkErrors.txTimeoutHeight(`block height: ${ctx.height}, timeout height: ${body.timeout_height}`);
  }
  const memoLimit = keepers.accounts.params.max_memo_characters;
  if (BigInt(body.memo.length) > memoLimit) {
    throw sdkErrors.memoTooLarge(
      `maximum number of characters is ${memoLimit} but received ${body.memo.length} characters`,
    );
  }
  const sizeLimit = keepers.gashub.params.max_tx_size;
  if (BigInt(tx.size) > sizeLimit) throw sdkErrors.txTooLarge(`tx length: ${tx.size}, limit: ${sizeLimit}`);
}

function checkFeeCoins(tx: Tx): void {
  const coins = tx.authInfo.fee?.amount ?? [];
  if (coins.some(({ amount }) => amount < 0n))
    throw sdkErrors.insufficientFee(`invalid fee provided: ${coinsText(coins)}`);
  if (coins.length > 1) throw sdkErrors.invalidCoins(`fee ${coinsText(coins)}: one denomination expected`);
}

/** Of the fee's one coin. A coin of another denomination pays nothing. */
const feeAmount = (tx: Tx): bigint => tx.authInfo.fee?.amount.find(({ denom }) => denom === DENOM)?.amount ?? 0n;

function sizeOf(ctx: ExecutionContext, tx: Tx, keepers: AnteKeepers): number {
  if (ctx.mode !== 'simulate') return tx.size;
  const account = keepers.accounts.account(feePayer(tx));
  const publicKey = account?.pub_key ? 0 : SIMULATED_BYTES.publicKey;
  return tx.size + SIMULATED_BYTES.signature + publicKey + SIMULATED_BYTES.fee;
}

function checkMinimumFee(tx: Tx, gasLimit: bigint): void {
  const required = MIN_GAS_PRICE * gasLimit;
  if (feeAmount(tx) < required) {
    const got = coinsText(tx.authInfo.fee?.amount ?? []);
    throw sdkErrors.insufficientFee(`insufficient fees; got: ${got} required: ${required}${DENOM}`);
  }
}

function deductFee(ctx: ExecutionContext, tx: Tx, { accounts, bank, feegrant }: AnteKeepers): void {
  const payer = feePayer(tx);
  const granter = tx.authInfo.fee?.granter ?? '';
  const amount = feeAmount(tx);
  let from = payer;
  if (granter !== '' && !sameAddress(granter, payer)) {
    const messageUrls = tx.messages.map(({ typeUrl }) => typeUrl);
    feegrant.use(ctx, { granter, grantee: payer, amount, messageUrls });
    from = granter;
  }
  const account = accounts.account(from);
  if (!account) throw sdkErrors.unknownAddress(`fee payer address: ${from} does not exist`);
  if (amount > 0n) {
    try {
      bank.sendToModule(ctx, from, 'fee_collector', amount);
    } catch (error) {
      throw sdkErrors.insufficientFunds((error as Error).message);
    }
  }
  ctx.emit('tx', { fee: coinsText(tx.authInfo.fee?.amount ?? []), fee_payer: account.address });
}

/** A key that a transaction carries becomes the account's, if it is the account's. */
function setPublicKeys(ctx: ExecutionContext, tx: Tx, signers: readonly string[], { accounts }: AnteKeepers): void {
  for (const [index, signer] of signers.entries()) {
    const key = publicKeyInTx(tx, index);
    if (key && ctx.mode !== 'simulate') {
      if (!isKeyOf(key, signer)) {
        throw sdkErrors.invalidPubKey(`pubKey does not match signer address ${signer} with signer index: ${index}`);
      }
      if (accounts.account(signer) && !accounts.account(signer)!.pub_key) accounts.setPublicKey(signer, key);
    }
    emitSignature(ctx, tx, signer, index);
  }
}

function isKeyOf(key: Uint8Array, address: string): boolean {
  try {
    return addressFromPublicKey(key) === address;
  } catch {
    return false;
  }
}

function emitSignature(ctx: ExecutionContext, tx: Tx, signer: string, index: number): void {
  ctx.emit('tx', { acc_seq: `${signer}/${tx.authInfo.signer_infos[index]?.sequence ?? 0n}` });
  ctx.emit('tx', { signature: withRecoveryId(tx.signatures[index] ?? []).toString('base64') });
}

/** The node prints V as 0 or 1, also where the signer wrote 27 or 28. */
function withRecoveryId(signature: Uint8Array | []): Buffer {
  const bytes = Buffer.from(signature);
  if (bytes.length === SIGNATURE_BYTES && bytes[SIGNATURE_BYTES - 1]! >= 27) bytes[SIGNATURE_BYTES - 1]! -= 27;
  return bytes;
}

function verifySignatures(ctx: ExecutionContext, tx: Tx, signers: readonly string[], keepers: AnteKeepers): void {
  const { accounts, impersonated } = keepers;
  const infos = tx.authInfo.signer_infos;
  if (infos.length !== signers.length) {
    throw sdkErrors.unauthorized(`invalid number of signer;  expected: ${signers.length}, got ${infos.length}`);
  }
  for (const [index, signer] of signers.entries()) {
    const account = accounts.account(signer);
    if (!account) throw sdkErrors.unknownAddress(`account ${signer} does not exist`);
    const { sequence, mode_info } = infos[index]!;
    if (sequence !== account.sequence) {
      throw sdkErrors.wrongSequence(`account sequence mismatch, expected ${account.sequence}, got ${sequence}`);
    }
    if (ctx.mode === 'simulate' || impersonated?.has(signer)) continue;
    if (!account.pub_key) throw sdkErrors.invalidPubKey('pubkey on account is not set');
    const mode = mode_info?.single?.mode;
    const failure =
      mode === SIGN_MODE_EIP_712
        ? signatureFault(ctx, tx, { account, index, firstSigner: signers[0]! })
        : `sign mode ${mode ?? 'unspecified'}, ${SIGN_MODE_EIP_712} expected`;
    if (failure !== undefined) {
      const hex = signer.slice(2).toUpperCase();
      throw sdkErrors.unauthorized(`signature verification failed; please verify account (${hex}); err: ${failure}`);
    }
  }
}
