/** A gateway with a real authenticator behind it, and applications that sign. */
import type { TestContext } from 'node:test';
import { EXPIRY_HEADER, expiryText, type OffChainKey, offChainAuthorization, offChainHeaders } from '@prairie/client';
import { type Modules, type SpDb, silentLogger } from '@prairie/gfsp';
import { openSpDb } from '@prairie/store';
import { AuthenticatorModule } from '../../authenticator/index.ts';
import { type Answer, chainOf, gatewayOf, OPERATOR, type Sent, type TestGateway } from '../testing.ts';

export const DOMAIN = 'https://app.test';

export interface AuthGateway extends TestGateway {
  readonly spdb: SpDb;
  /** Signs with an off-chain key. `change` is done to what is sent after it was signed. */
  signed(
    key: OffChainKey,
    sent: Sent,
    change?: (sent: Required<Pick<Sent, 'path' | 'headers'>>) => void,
  ): Promise<Answer>;
}

export async function authGateway(t: TestContext, operatorAddress = OPERATOR): Promise<AuthGateway> {
  const spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' });
  t.after(() => spdb.close());
  const consensus = chainOf();
  const dependencies = { client: {} as Modules, consensus, spdb, logger: silentLogger };
  const authenticator = new AuthenticatorModule({ operatorAddress }, dependencies);
  const gateway = await gatewayOf(t, { authenticator }, consensus, { operatorAddress });
  return {
    ...gateway,
    spdb,
    signed(key, { method = 'GET', path = '/', headers = {}, body }, change) {
      const host = `127.0.0.1:${gateway.port}`;
      const all = { [EXPIRY_HEADER]: expiryText(100), ...offChainHeaders(key), ...headers };
      const rawHeaders = Object.entries(all).flat() as string[];
      const authorization = offChainAuthorization({ method, target: path, host, rawHeaders }, key);
      const sent = { path, headers: { ...all, authorization } };
      change?.(sent);
      return gateway.send({ method, ...sent, ...(body ? { body } : {}) });
    },
  };
}
