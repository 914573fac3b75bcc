/** §5.5. */
import { greenfieldPermission as permission } from '@prairie/chain';
import { type Handler, on, seconds } from './handler.ts';

const { ACTION_TYPE_ALL } = permission.ActionType;
/** SQLite has 63 bits; the chain's actions end far below. */
const MAX_BIT = 30;

/** One bit per action; bit 0 stands for all. */
function actionBits(actions: readonly number[]): number {
  return actions.reduce((bits, action) => bits | (1 << actionBit(action)), 0);
}

function actionBit(action: number): number {
  if (action === ACTION_TYPE_ALL) return 0;
  if (action < 1 || action > MAX_BIT) throw new Error(`action ${action} is not known to this release`);
  return action;
}

function statementRow(statement: permission.Statement) {
  return {
    effect: statement.effect,
    action_value: actionBits(statement.actions),
    resources: statement.resources,
    expiration_time: seconds(statement.expiration_time),
    limit_size: statement.limit_size?.value ?? 0n,
  };
}

export const permissionHandlers: readonly Handler[] = [
  on(permission.EventPutPolicy, async (e, at) => {
    const { type = 0, value = '' } = e.principal ?? {};
    const policy = {
      principal_type: type,
      principal_value: value,
      resource_type: e.resource_type,
      resource_id: e.resource_id,
      policy_id: e.policy_id,
      create_timestamp: at.time,
      update_timestamp: 0n,
      expiration_time: seconds(e.expiration_time),
      removed: false,
    };
    await at.db.permissions.put(policy, e.statements.map(statementRow));
  }),
  on(permission.EventDeletePolicy, async (e, at) => {
    await at.db.permissions.remove(e.policy_id, at.time);
  }),
];
