export * from './proto/define.ts';
export * from './proto/generated/index.ts';
export * from './proto/wire.ts';
