/** Blocks in which a deposit may land once it is signed; after them it is void, so that the chain tells whether it was made. */
export const DEPOSIT_LIFETIME_BLOCKS = 50n;
