/** Recorded queries, asked again at the height that answered them. */
import { cosmosBaseAbciV1beta1 as abci, decode, encode, type MessageType } from '@prairie/chain';
import type { Chain } from '@prairie/devchain';
import { difference } from './compare.ts';
import type { RecordedQuery } from './recording.ts';

/** What differs, or undefined. */
export function queryMismatch(chain: Chain, query: RecordedQuery): string | undefined {
  const { path, code, log, value_base64 } = query;
  const answer = chain.queries.query(path, Buffer.from(query.request_data_hex, 'hex'), 0);
  if (answer.code !== code) return `code: expected ${code}, got ${answer.code}: ${answer.log}`;
  if (code !== 0) return difference('log', answer.log, withoutSource(log));
  const type = chain.queries.responseType(path) as MessageType<Record<string, unknown>>;
  const [ours, recorded] = [Buffer.from(answer.value ?? []), Buffer.from(value_base64 ?? '', 'base64')];
  return difference('value', modelled(path, decode(type, ours)), modelled(path, decode(type, recorded)));
}

/** The reference prints where in its source an error passed by. */
const withoutSource = (log: string): string => log.replace(/ \[[^\]]*\.go:\d+\]/g, '');

/** What is not the same in two runs of the reference itself, taken out of both sides. */
// biome-ignore lint/suspicious/noExplicitAny: answers of three services
const NOT_MODELLED: Readonly<Record<string, (value: any) => void>> = {
  // store units (`reference/chain-rpc.md` §10.2, §12)
  '/cosmos.tx.v1beta1.Service/Simulate': ({ gas_info, result }) => {
    gas_info.rw_used = 0n;
    result.data = withoutUnits(result.data);
  },
  '/cosmos.tx.v1beta1.Service/GetTx': ({ tx_response }) => {
    tx_response.data = withoutUnits(Buffer.from(tx_response.data, 'hex')).toString('hex').toUpperCase();
  },
  // the software of the node, and what it was built from
  '/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo': (value) => {
    value.application_version = undefined;
  },
  // a map, whose entries come in any order
  '/greenfield.storage.Query/QueryGroupsExistById': byKey,
  '/greenfield.storage.Query/QueryGroupsExist': byKey,
  '/greenfield.storage.Query/QueryGroupMembersExist': byKey,
  // shuffled at each call (`reference/chain-state-machine.md` §15, quirk 15)
  '/greenfield.sp.Query/StorageProviders': ({ sps }) => sps.sort((a: { id: number }, b: { id: number }) => a.id - b.id),
};

function byKey({ exists }: { exists: { key: string }[] }): void {
  exists.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function modelled(path: string, value: Record<string, unknown>): Record<string, unknown> {
  NOT_MODELLED[path]?.(value);
  return value;
}

function withoutUnits(data: Uint8Array): Buffer {
  if (data.length === 0) return Buffer.from(data);
  return encode(abci.TxMsgData, { ...decode(abci.TxMsgData, data), extra_data: new Uint8Array(0) }) as Buffer;
}
