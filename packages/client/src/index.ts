export * from './auth/authorization.ts';
export * from './auth/canonical.ts';
export * from './auth/expiry.ts';
export * from './http.ts';
export * from './sp-client.ts';
export * from './user-client.ts';
export * from './xml.ts';
