/** How a provider comes to be: at genesis, or by a decision of governance (`reference/chain-state-machine.md` §4.1). */
import {
  blsVerifyProof,
  isAddress,
  moduleAddress,
  sameAddress,
  greenfieldSp as sp,
  toChecksumAddress,
} from '@prairie/chain';
import type { Context } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { spErrors } from './errors.ts';
import type { SpKeeper } from './keeper.ts';

const MAX_DESCRIPTION = { moniker: 70, identity: 3000, website: 140, security_contact: 140, details: 280 } as const;
const HEX_BLS_KEY = /^[0-9a-fA-F]{96}$/;
const HEX_BLS_PROOF = /^[0-9a-fA-F]{192}$/;

export function checkCreateMessage(msg: sp.MsgCreateStorageProvider): void {
  const { creator, sp_address, funding_address, seal_address, approval_address, gc_address, maintenance_address } = msg;
  const addresses = { creator, sp_address, funding_address, seal_address, approval_address, gc_address };
  checkAddresses({ ...addresses, maintenance_address });
  checkDescription(msg.description);
  checkEndpoint(msg.endpoint);
  checkBlsProof(msg.bls_key, msg.bls_proof);
  if (msg.deposit.amount <= 0n) throw sdkErrors.invalidRequest(`deposit must be positive, got ${msg.deposit.amount}`);
  checkPrices(msg);
}

/**
 * Creates the provider and its price.
 * @param genesis the operator signs for itself and the provider is in service from the start
 */
export function createProvider(
  keeper: SpKeeper,
  ctx: Context,
  msg: sp.MsgCreateStorageProvider,
  genesis = false,
): void {
  const funding = toChecksumAddress(msg.funding_address);
  const operator = toChecksumAddress(msg.sp_address);
  if (!genesis && !sameAddress(msg.creator, moduleAddress('gov'))) throw spErrors.signerNotGov(msg.creator);
  if (!keeper.deps.accounts.account(funding)) throw sdkErrors.unknownAddress(`funding account ${funding}`);
  checkUnused(keeper, msg);
  const { deposit_denom, min_deposit } = keeper.params();
  const { denom, amount } = msg.deposit;
  if (denom !== deposit_denom) throw spErrors.invalidDenom(`expected ${deposit_denom}, got ${denom}`);
  if (amount < min_deposit) throw spErrors.insufficientDeposit(`at least ${min_deposit} expected, got ${amount}`);
  if (!genesis) {
    keeper.deps.depositGrants?.spend(ctx, { granter: funding, grantee: msg.creator, spAddress: operator, amount });
  }
  keeper.deps.bank.send(ctx, funding, keeper.moduleAddress, amount);
  const provider = newProvider(keeper.providers.nextId(), msg, genesis);
  keeper.set(provider);
  ctx.emitTyped(sp.EventCreateStorageProvider, {
    ...provider,
    sp_id: provider.id,
    sp_address: operator,
    total_deposit: { denom, amount },
    bls_key: msg.bls_key,
  });
  const { read_price, store_price, free_read_quota } = msg;
  keeper.prices.set(ctx, { sp_id: provider.id, read_price, store_price, free_read_quota });
}

function newProvider(id: number, msg: sp.MsgCreateStorageProvider, genesis: boolean): sp.StorageProvider {
  return {
    id,
    operator_address: toChecksumAddress(msg.sp_address),
    funding_address: toChecksumAddress(msg.funding_address),
    seal_address: toChecksumAddress(msg.seal_address),
    approval_address: toChecksumAddress(msg.approval_address),
    gc_address: toChecksumAddress(msg.gc_address),
    maintenance_address: toChecksumAddress(msg.maintenance_address),
    total_deposit: msg.deposit.amount,
    status: genesis ? sp.Status.STATUS_IN_SERVICE : sp.Status.STATUS_IN_MAINTENANCE,
    endpoint: msg.endpoint,
    description: msg.description,
    bls_key: Buffer.from(msg.bls_key, 'hex'),
  };
}

function checkUnused(keeper: SpKeeper, msg: sp.MsgCreateStorageProvider): void {
  const { providers } = keeper;
  if (providers.by('operator', msg.sp_address)) throw spErrors.operatorExists(msg.sp_address);
  if (providers.by('funding', msg.funding_address)) throw spErrors.fundingExists(msg.funding_address);
  if (providers.by('seal', msg.seal_address)) throw spErrors.sealExists(msg.seal_address);
  if (providers.by('approval', msg.approval_address)) throw spErrors.approvalExists(msg.approval_address);
  if (providers.by('gc', msg.gc_address)) throw spErrors.gcExists(msg.gc_address);
  if (providers.by('bls', msg.bls_key)) throw spErrors.blsKeyExists(msg.bls_key);
}

export function checkAddresses(addresses: Record<string, string>): void {
  for (const [role, address] of Object.entries(addresses)) {
    if (!isAddress(address)) throw sdkErrors.invalidAddress(`invalid ${role} ${JSON.stringify(address)}`);
  }
}

export function checkDescription(description: sp.Description): void {
  for (const [field, limit] of Object.entries(MAX_DESCRIPTION)) {
    const length = Buffer.byteLength(description[field as keyof sp.Description]);
    if (length > limit) throw sdkErrors.invalidRequest(`description ${field} has ${length} bytes, at most ${limit}`);
  }
}

/** A URL without a path: clients put bucket and object there. */
export function checkEndpoint(endpoint: string): void {
  const url = URL.parse(endpoint);
  const bare = url && ['http:', 'https:'].includes(url.protocol) && ['', '/'].includes(url.pathname);
  if (bare && url.search === '' && url.hash === '') return;
  const expected = 'an http or https URL without a path expected';
  throw sdkErrors.invalidRequest(spErrors.invalidEndpoint(`${expected}, got ${JSON.stringify(endpoint)}`).message);
}

/** Proof of possession, so that nobody can make a key that cancels others out of an aggregate. */
export function checkBlsProof(key: string, proof: string): void {
  if (!HEX_BLS_KEY.test(key)) throw spErrors.invalidBlsKey('48 bytes of hex expected');
  if (!HEX_BLS_PROOF.test(proof)) throw spErrors.invalidBlsKey('proof of 96 bytes of hex expected');
  if (blsVerifyProof(Buffer.from(key, 'hex'), Buffer.from(proof, 'hex'))) return;
  throw spErrors.invalidBlsKey('the proof is not the signature of the key over its own hash');
}

export function checkPrices({ read_price, store_price }: { read_price: bigint; store_price: bigint }): void {
  if (read_price < 0n || store_price < 0n) throw sdkErrors.invalidRequest('prices must not be negative');
}
