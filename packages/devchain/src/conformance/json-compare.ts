/** Compares JSON answers place by place: by value, or by kind where values cannot be the recorded ones. */

/** How much of a place must agree: `text` takes any digits for a number's, `kind` takes any value of the kind. */
export type Depth = 'value' | 'text' | 'kind';

/** `path` names the place: `result.txs[].height`. */
export type Rule = (path: string) => Depth;

/** What differs first, or undefined. Objects must have the same keys in the same order. */
export function answerMismatch(ours: unknown, recorded: unknown, rule: Rule, path = ''): string | undefined {
  const depth = rule(path);
  if (depth === 'kind' && (isEmpty(ours) || isEmpty(recorded))) return emptyMismatch(ours, recorded, path);
  if (kindOf(ours) !== kindOf(recorded)) return `${path}: expected ${shown(recorded)}, got ${shown(ours)}`;
  if (Array.isArray(ours)) return listMismatch(ours, recorded as unknown[], rule, path);
  if (typeof ours === 'object' && ours !== null) return objectMismatch(ours, recorded as object, rule, path);
  const same = depth === 'kind' || neutral(ours, depth) === neutral(recorded, depth);
  return same ? undefined : `${path}: expected ${shown(recorded)}, got ${shown(ours)}`;
}

function listMismatch(ours: unknown[], recorded: unknown[], rule: Rule, path: string): string | undefined {
  const place = `${path}[]`;
  const byKind = rule(path) === 'kind';
  if (!byKind && ours.length !== recorded.length) {
    return `${path}: expected ${recorded.length} entries, got ${ours.length}`;
  }
  const count = byKind ? 1 : ours.length;
  for (let i = 0; i < count; i++) {
    const found = answerMismatch(ours[i], recorded[i], rule, place);
    if (found) return found;
  }
  return undefined;
}

function objectMismatch(ours: object, recorded: object, rule: Rule, path: string): string | undefined {
  const [keys, expected] = [Object.keys(ours), Object.keys(recorded)];
  if (keys.join() !== expected.join()) return `${path}: expected the keys ${expected}, got ${keys}`;
  for (const [key, value] of Object.entries(ours)) {
    const other = (recorded as Record<string, unknown>)[key];
    const found = answerMismatch(value, other, rule, path === '' ? key : `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

/** Go writes an empty list as null or as []: either may stand where the other side has entries. */
function emptyMismatch(ours: unknown, recorded: unknown, path: string): string | undefined {
  const other = isEmpty(ours) ? recorded : ours;
  if (isEmpty(other) || Array.isArray(other) || typeof other === 'string') return undefined;
  return `${path}: expected ${shown(recorded)}, got ${shown(ours)}`;
}

const isEmpty = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

const neutral = (value: unknown, depth: Depth): unknown =>
  depth === 'text' && typeof value === 'string' ? value.replaceAll(/\d+/g, 'N') : value;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

const matcher =
  (depths: readonly (readonly [RegExp, Depth])[], otherwise: Depth): Rule =>
  (path) =>
    depths.find(([pattern]) => pattern.test(path))?.[1] ?? otherwise;

/** For a chain of its own: what every chain answers alike is compared by value, the rest by kind. */
export const outlineOf: Rule = matcher(
  [
    [/^(|jsonrpc|id|error|error\.(code|message)|result|result\.response)$/, 'value'],
    [/^error\.data$/, 'text'],
    [/^result\.response\.(code|codespace|info|index|proofOps|data|key)$/, 'value'],
    [/^result\.response\.log$/, 'text'],
    [/^result\.node_info(\.protocol_version.*|\.(network|version|channels)|\.other\.tx_index)?$/, 'value'],
    [/^result\.consensus_params/, 'value'],
    [/\.pub_key\.type$/, 'value'],
    [/^result\.(listening|listeners|n_peers|peers|n_txs|total_bytes)/, 'value'],
    [/version\.block$/, 'value'],
  ],
  'kind',
);

/**
 * For a chain that has run the recorded transactions: all values but those that follow from keys, hashes of the
 * state, clocks and units of the store that nobody else has.
 */
export const atReplay: Rule = matcher(
  [
    [/(^|[._])(app_hash|validators_hash|last_commit_hash|last_results_hash|block_hash)$/, 'kind'],
    [/(block_id|block_id\.parts|latest|earliest)\.hash$/, 'kind'],
    [/\.(proposer_address|randao_mix|pub_key\.value|validator_address|signature|timestamp)$/, 'kind'],
    [/(validator_info|validators\[\]|proposer)\.address$/, 'kind'],
    [/node_info\.(id|listen_addr|moniker|other\.rpc_address)$/, 'kind'],
    [/\.(begin|end)_block_extra_data$/, 'kind'],
    [/(tx_result|txs_results\[\]|check_tx|deliver_tx)\.data$/, 'kind'],
    [/(start_time|commit_time|last_commit\.votes\[\])$/, 'kind'],
    [/block_size$/, 'kind'],
  ],
  'value',
);
