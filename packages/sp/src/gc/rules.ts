/**
 * Which pieces and rows nobody needs (`reference/pieces-and-redundancy.md` §11, `reference/tasks-and-manager.md` §10).
 * Only from what the chain says, and no I/O: each rule is a line.
 */
import type { CondemnedPieces, IntegrityMeta, ObjectClaims, PieceHash, ShadowIntegrityMeta } from '@prairie/gfsp';
import type { PieceKey } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { isReplicated } from '../common/pieces.ts';
import type { ObjectFacts } from './facts.ts';

/** A row to delete, as it was looked at: one that has changed by then stays. */
export type DoomedRow =
  | { table: 'integrity_meta'; row: IntegrityMeta }
  | { table: 'shadow_integrity_meta'; row: ShadowIntegrityMeta }
  | { table: 'piece_hash'; rows: PieceHash[] }
  | { table: 'condemned_pieces'; row: CondemnedPieces };

/** Pieces of one content at one redundancy index, and the rows that stood for them. */
export interface Doomed {
  index: number;
  version: bigint;
  /** Segments 0 up to this one. */
  segments: number;
  /** The first of them. */
  from: number;
  reason: string;
  /** It can never become needed again. Otherwise the chain is asked a second time, when nobody can begin anew. */
  isFinal: boolean;
  rows: DoomedRow[];
}

export type Verdict = { reason: string; isFinal: boolean } | undefined;

type There = Extract<ObjectFacts, { is: 'there' }>;

const GONE = { reason: 'its object is not on chain', isFinal: true };
const OUTDATED = { reason: 'a later version was sealed', isFinal: true };
const SURPLUS = { reason: 'the sealed content has fewer segments', isFinal: true };
const GIVEN_UP = { reason: 'its update was given up', isFinal: false };
const ELSEWHERE = { reason: 'its object was sealed on other providers', isFinal: false };

/** Whether a piece goes; undefined when it stays. */
export function verdictOn(facts: ObjectFacts, index: number, version: bigint, segment = 0): Verdict {
  if (facts.is === 'gone') return GONE;
  if (facts.is === 'unclear') return undefined;
  const { object, awaited, segments, roles } = facts;
  if (version < object.version) return OUTDATED;
  // an upload, or what another provider sends, may be under way
  if (version === awaited) return undefined;
  if (version > object.version) return isReplicated(object) ? undefined : GIVEN_UP;
  if (segments !== undefined && segment >= segments) return SURPLUS;
  return roles === 'all' || roles.has(index) ? undefined : ELSEWHERE;
}

/** A shadow whose content is the sealed one: it takes the place of the integrity row. */
export function isToPromote(facts: ObjectFacts, { version, updated_at }: ShadowIntegrityMeta): facts is There {
  return facts.is === 'there' && version === facts.object.version && updated_at === facts.object.updated_at;
}

/** All that goes of an object: by its rows, and of the pieces that a store was found to have. */
export function doomedOf(facts: ObjectFacts, claims: ObjectClaims, found: readonly PieceKey[] = []): Doomed[] {
  const doomed = [
    ...claims.integrity.flatMap((row) => doomedByIntegrity(facts, row, claims)),
    ...claims.shadows.flatMap((row) => doomedByShadow(facts, row)),
    ...doomedByPieces(facts, claims.pieces),
    ...claims.condemned.flatMap((row) => doomedBefore(facts, row)),
    ...found.flatMap((key) => doomedPiece(facts, key)),
  ];
  return merged(doomed.filter(({ index }) => !isUploading(claims, index)));
}

/** Its row claims the segments of all versions. The manager winds up what comes to nothing. */
function isUploading({ upload }: ObjectClaims, index: number): boolean {
  return upload !== undefined && index === PRIMARY;
}

/** The row says no version: it is of the sealed content, or of the one before until that is promoted. */
function doomedByIntegrity(facts: ObjectFacts, row: IntegrityMeta, { shadows }: ObjectClaims): Doomed[] {
  const { redundancy_index: index, piece_checksum_list } = row;
  const shadow = shadows.find((one) => one.redundancy_index === index);
  const current = versionIn(facts) ?? shadow?.version ?? 0n;
  const verdict = verdictOn(facts, index, current);
  if (!verdict) return [];
  const segments = piece_checksum_list.length;
  // An update to nothing brings no row: this one is of the content before. It tells no version, and stays for the next.
  if (verdict === SURPLUS) {
    return current > 0n ? [{ ...OUTDATED, index, version: current - 1n, segments, from: 0, rows: [] }] : [];
  }
  const rows: DoomedRow[] = [{ table: 'integrity_meta', row }];
  const doomed: Doomed[] = [{ ...verdict, index, version: current, segments, from: 0, rows }];
  if (current === 0n) return doomed;
  const before = verdictOn(facts, index, current - 1n) ?? verdict;
  return [...doomed, { ...before, index, version: current - 1n, segments, from: 0, rows: [] }];
}

function versionIn(facts: ObjectFacts): bigint | undefined {
  if (facts.is === 'unclear') return undefined;
  return facts.is === 'gone' ? facts.version : facts.object.version;
}

function doomedByShadow(facts: ObjectFacts, row: ShadowIntegrityMeta): Doomed[] {
  const { redundancy_index: index, version } = row;
  const verdict = verdictOn(facts, index, version);
  const rows: DoomedRow[] = [{ table: 'shadow_integrity_meta', row }];
  const segments = row.piece_checksum_list.length;
  if (verdict) return [{ ...verdict, index, version, segments, from: 0, rows }];
  const isOfAnother = facts.is === 'there' && version === facts.object.version && !isToPromote(facts, row);
  // of an update that was given up before the one with the same version: its pieces were written over, or are needed
  return isOfAnother ? [{ ...OUTDATED, index, version, segments: 0, from: 0, rows }] : [];
}

function doomedByPieces(facts: ObjectFacts, pieces: readonly PieceHash[]): Doomed[] {
  const contents = Map.groupBy(pieces, ({ redundancy_index, version }) => `${redundancy_index} ${version}`);
  return [...contents.values()].flatMap((rows) => {
    const { redundancy_index: index, version } = rows[0]!;
    const verdict = verdictOn(facts, index, version);
    const segments = Math.max(...rows.map(({ segment_index }) => segment_index)) + 1;
    return verdict ? [{ ...verdict, index, version, segments, from: 0, rows: [{ table: 'piece_hash', rows }] }] : [];
  });
}

/** Condemned by a run that did not end: judged anew, whatever was thought then. */
function doomedBefore(facts: ObjectFacts, row: CondemnedPieces): Doomed[] {
  const { redundancy_index: index, version, segment_count: segments } = row;
  const verdict = verdictOn(facts, index, version);
  return verdict ? [{ ...verdict, index, version, segments, from: 0, rows: [{ table: 'condemned_pieces', row }] }] : [];
}

function doomedPiece(facts: ObjectFacts, { kind, redundancyIndex, version, segment }: PieceKey): Doomed[] {
  const index = kind === 'segment' ? PRIMARY : redundancyIndex;
  const verdict = verdictOn(facts, index, version, segment);
  return verdict ? [{ ...verdict, index, version, segments: segment + 1, from: segment, rows: [] }] : [];
}

/** One entry for the pieces of a content at an index; of content that stays only what is beyond its end. */
function merged(doomed: readonly Doomed[]): Doomed[] {
  const contents = Map.groupBy(doomed, ({ index, version }) => `${index} ${version}`);
  return [...contents.values()].map((parts) => {
    const { index, version } = parts[0]!;
    // the careful way is right for all of them
    const leading = parts.find(({ isFinal }) => !isFinal) ?? parts[0]!;
    const withPieces = parts.filter(({ from, segments }) => segments > from);
    return {
      ...{ index, version, reason: leading.reason, isFinal: leading.isFinal },
      segments: Math.max(0, ...withPieces.map(({ segments }) => segments)),
      from: Math.min(...withPieces.map(({ from }) => from)),
      rows: parts.flatMap(({ rows }) => rows),
    };
  });
}
