/** The query services of a Greenfield node, by the name of their module (`reference/chain-rpc.md` §6, §7). */
import * as all from './proto/generated/services.ts';

export type { Method } from './proto/service.ts';

export const services = {
  auth: all.cosmosAuthV1beta1Query,
  authz: all.cosmosAuthzV1beta1Query,
  bank: all.cosmosBankV1beta1Query,
  bridge: all.greenfieldBridgeQuery,
  challenge: all.greenfieldChallengeQuery,
  consensus: all.cosmosConsensusV1Query,
  crosschain: all.cosmosCrosschainV1Query,
  distribution: all.cosmosDistributionV1beta1Query,
  feegrant: all.cosmosFeegrantV1beta1Query,
  gashub: all.cosmosGashubV1beta1Query,
  gov: all.cosmosGovV1Query,
  govV1beta1: all.cosmosGovV1beta1Query,
  node: all.cosmosBaseNodeV1beta1Service,
  oracle: all.cosmosOracleV1Query,
  params: all.cosmosParamsV1beta1Query,
  payment: all.greenfieldPaymentQuery,
  permission: all.greenfieldPermissionQuery,
  slashing: all.cosmosSlashingV1beta1Query,
  sp: all.greenfieldSpQuery,
  staking: all.cosmosStakingV1beta1Query,
  storage: all.greenfieldStorageQuery,
  tendermint: all.cosmosBaseTendermintV1beta1Service,
  tx: all.cosmosTxV1beta1Service,
  upgrade: all.cosmosUpgradeV1beta1Query,
  virtualgroup: all.greenfieldVirtualgroupQuery,
} as const;

export type Services = typeof services;
