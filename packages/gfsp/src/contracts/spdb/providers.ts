/** A provider of the chain (§11.3). */
export interface SpInfo {
  /** Checksummed, as the others. */
  operator_address: string;
  /** This row is of the provider itself, which is there a second time as one of all. */
  is_own: boolean;
  id: number;
  funding_address: string;
  seal_address: string;
  approval_address: string;
  total_deposit: bigint;
  /** A `Status` of the chain's providers. */
  status: number;
  endpoint: string;
  moniker: string;
  identity: string;
  website: string;
  security_contact: string;
  details: string;
}

/** The chain's list of providers. */
export interface ProviderTables {
  /** Puts these rows in the place of all: writes what differs. Returns how many rows were written or deleted. */
  setSpInfo(rows: readonly SpInfo[]): Promise<number>;
  /** By operator, its own row after it. */
  listSpInfo(): Promise<SpInfo[]>;
}
