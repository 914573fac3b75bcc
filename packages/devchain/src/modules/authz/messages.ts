/** Messages of authz: to grant, to use and to take back. */
import { cosmosAuthzV1beta1 as authz, isAddress, sameAddress } from '@prairie/chain';
import { forward, type MessageRouter, type RoutedMessage } from '../../chain/message-router.ts';
import { ChainError, type Context, type MessageHandler, message } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import { checkAuthorization, messageUrlOf } from './authorizations.ts';
import { authzErrors } from './errors.ts';
import type { AuthzKeeper, Parties } from './keeper.ts';

export interface AuthzMessagesDeps {
  keeper: AuthzKeeper;
  accounts: Pick<AccountKeeper, 'ensure'>;
  router: MessageRouter;
}

export function authzMessages(deps: AuthzMessagesDeps): MessageHandler[] {
  return [grant(deps), exec(deps), revoke(deps)];
}

function checkAddress(role: string, text: string): void {
  if (!isAddress(text)) throw sdkErrors.invalidAddress(`invalid ${role} address: ${text}`);
}

function checkParties({ granter, grantee }: Parties): void {
  checkAddress('granter', granter);
  checkAddress('grantee', grantee);
  if (sameAddress(granter, grantee)) throw authzErrors.granteeIsGranter();
}

function grant({ keeper, accounts, router }: AuthzMessagesDeps): MessageHandler {
  return message<authz.MsgGrant>({
    type: authz.MsgGrant,
    response: authz.MsgGrantResponse,
    signers: (msg) => [msg.granter],
    validateBasic(msg) {
      checkParties(msg);
      if (!msg.grant?.authorization) throw sdkErrors.invalidType('grant without an authorization');
      checkAuthorization(msg.grant.authorization);
    },
    handle(ctx, msg) {
      accounts.ensure(msg.grantee);
      const url = messageUrlOf(msg.grant!.authorization!);
      if (!router.has(url)) throw sdkErrors.invalidType(`${url} doesn't exist.`);
      keeper.save(ctx, msg, msg.grant!);
      return {};
    },
  });
}

function revoke({ keeper }: AuthzMessagesDeps): MessageHandler {
  return message<authz.MsgRevoke>({
    type: authz.MsgRevoke,
    response: authz.MsgRevokeResponse,
    signers: (msg) => [msg.granter],
    validateBasic(msg) {
      checkParties(msg);
      if (msg.msg_type_url === '') throw sdkErrors.invalidRequest('missing msg method name');
    },
    handle(ctx, msg) {
      keeper.revoke(ctx, msg, msg.msg_type_url);
      return {};
    },
  });
}

function exec({ keeper, router }: AuthzMessagesDeps): MessageHandler {
  return message<authz.MsgExec>({
    type: authz.MsgExec,
    response: authz.MsgExecResponse,
    signers: (msg) => [msg.grantee],
    validateBasic(msg) {
      checkAddress('grantee', msg.grantee);
      if (msg.msgs.length === 0) throw sdkErrors.invalidRequest('messages cannot be empty');
      for (const any of msg.msgs) router.validate(router.open(any));
    },
    handle(ctx, msg) {
      const results = msg.msgs.map((any, index) => {
        const inner = router.open(any);
        authorize(keeper, ctx, msg.grantee, inner);
        const { events, data } = runInner(router, ctx, inner);
        forward(ctx, events, { authz_msg_index: String(index) });
        return data;
      });
      return { results };
    },
  });
}

/** Messages of the grantee itself need no grant. */
function authorize(keeper: AuthzKeeper, ctx: Context, grantee: string, inner: RoutedMessage): void {
  const [granter = '', ...others] = inner.handler.signers(inner.value);
  if (others.length > 0) throw authzErrors.severalSigners();
  checkAddress('granter', granter);
  if (!sameAddress(granter, grantee)) keeper.accept(ctx, { granter, grantee }, inner);
}

function runInner(router: MessageRouter, ctx: Context, inner: RoutedMessage): ReturnType<MessageRouter['run']> {
  try {
    return router.run(ctx, inner);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    const text = `failed to execute message; message ${inner.typeUrl}: ${error.message}`;
    throw new ChainError(error.codespace, error.code, text);
  }
}
