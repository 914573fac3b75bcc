export * from './consensus.ts';
export * from './contracts.ts';
export * from './errors.ts';
export * from './lifecycle.ts';
export * from './records.ts';
export * from './stores.ts';
export * from './tasks.ts';
