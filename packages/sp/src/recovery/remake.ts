/** One piece out of those that other providers have. */
import { GfSpError, type Logger, type Modules, type RecoverPieceTask } from '@prairie/gfsp';
import { NotEnoughShardsError } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { combine, combineAgreeing, type Fits } from './combine.ts';
import { recoveryErrors } from './errors.ts';
import { type Gathered, gather, type Source } from './gather.ts';
import { hedged, type Way } from './hedged.ts';
import type { Holders } from './holders.ts';
import { type OwnPieceTools, ownShard } from './own-pieces.ts';
import { fetchShard, type Peers, recoverTask } from './peer-pieces.ts';
import type { SilentPeers } from './silent-peers.ts';
import type { Wanted } from './wanted.ts';

export interface RemakeOptions {
  /** Milliseconds without an arrival until one holder more is asked. */
  hedgeMs: number;
}

export interface RemakeTools extends OwnPieceTools {
  client: Pick<Modules, 'signer'>;
  peers: Peers;
  silent: SilentPeers;
  logger: Logger;
}

export interface Remaking {
  wanted: Wanted;
  holders: Holders;
  /** Without it, pieces are believed when they agree with each other. */
  fits: Fits | undefined;
  /** This provider takes over the piece's place: it is asked for by that right. */
  bySuccessor: boolean;
  /** Without `fits`: a single answer is not believed. */
  isDoubted?: boolean;
  signal: AbortSignal;
}

/**
 * Asks the others for what is needed, and makes the piece (`reference/pieces-and-redundancy.md` §10.1). The primary makes
 * its segment of the secondaries' pieces; a secondary asks the primary for its own, and then the other secondaries. What
 * this provider has itself at another place counts as an answer.
 * @throws 45203 when too few answer, 45206 when what they have does not give the piece, the signal's reason
 */
export async function remake(remaking: Remaking, options: RemakeOptions, tools: RemakeTools): Promise<Uint8Array> {
  const { wanted, holders, bySuccessor, signal } = remaking;
  const task = await recoverTask(tools.client, wanted, bySuccessor ? holders.gvgId : undefined);
  const asking: Asking = { ...remaking, task, answers: { failures: [], sources: 0, gathered: undefined } };
  const ofSecondaries: Way<Uint8Array> = (end) => fromSecondaries({ ...asking, signal: end }, options, tools);
  const ofPrimary: Way<Uint8Array> = (end) => fromPrimary({ ...asking, signal: end }, tools);
  const isBelieved = remaking.fits !== undefined || remaking.isDoubted !== true;
  const mayAskPrimary = wanted.index !== PRIMARY && isBelieved;
  const [first, second] = isSilent(holders, tools) ? [ofSecondaries, ofPrimary] : [ofPrimary, ofSecondaries];
  const piece = await (mayAskPrimary ? hedged(first, second, { ...options, signal }) : ofSecondaries(signal));
  if (piece) return piece;
  throw failureOf(asking);
}

interface Asking extends Remaking {
  task: RecoverPieceTask;
  answers: Answers;
}

/** What came that is not enough, and why the rest did not. */
interface Answers {
  failures: string[];
  /** Secondaries that were to be asked. */
  sources: number;
  gathered: Gathered | undefined;
}

function isSilent({ primary }: Holders, { silent }: RemakeTools): boolean {
  return primary !== undefined && silent.has(primary);
}

/** undefined when it has none, or a wrong one. @throws the signal's reason */
async function fromPrimary(asking: Asking, tools: RemakeTools): Promise<Uint8Array | undefined> {
  const { fits, answers, signal } = asking;
  try {
    const piece = await pieceOfPrimary(asking, tools);
    if (!fits || (await fits(piece))) return piece;
    answers.failures.push('primary: its piece has a wrong checksum');
  } catch (error) {
    signal.throwIfAborted();
    answers.failures.push(`primary: ${GfSpError.from(error).message}`);
  }
  return undefined;
}

async function pieceOfPrimary({ wanted, holders, task, signal }: Asking, tools: RemakeTools): Promise<Uint8Array> {
  const { primary: endpoint, places } = holders;
  if (places.includes(PRIMARY)) return ownShard(wanted, PRIMARY, tools);
  if (endpoint === undefined) throw recoveryErrors.primaryEndpoint();
  const source = { endpoint, index: wanted.index };
  return tools.silent.watch(endpoint, () => fetchShard(tools.peers, source, { task, wanted }, signal));
}

/** undefined when too few answer, or what they have does not give the piece. */
async function fromSecondaries(
  asking: Asking,
  { hedgeMs }: RemakeOptions,
  tools: RemakeTools,
): Promise<Uint8Array | undefined> {
  const { wanted, fits, answers, signal } = asking;
  const { coder, logger } = tools;
  const { data } = wanted;
  const sources = sourcesOf(asking, tools);
  const needed = fits ? data : data + 1;
  const { made, gathered } = await gather(sources, { needed, least: data, hedgeMs, signal }, (pieces, latest, isAll) =>
    fits ? combine(pieces, latest, wanted, { coder, fits }) : combineAgreeing(pieces, wanted, { coder, isAll }),
  ).catch((error: unknown) => {
    throw error instanceof NotEnoughShardsError || error instanceof RangeError
      ? recoveryErrors.decode(`EC decode error: ${error.message}`, error)
      : error;
  });
  Object.assign(answers, { sources: sources.length, gathered });
  const refused = gathered.pieces.size - data;
  if (made && fits && refused > 0)
    logger.warn('other providers gave wrong pieces', { key: wanted.key, wrong: refused });
  return made;
}

/** Who has a piece of its own, in the order in which they are asked. */
function sourcesOf({ wanted, holders, task }: Asking, tools: RemakeTools): Source[] {
  const { peers, silent } = tools;
  const { primary, secondaries, places } = holders;
  const own = places.filter((index) => index !== PRIMARY && index !== wanted.index);
  // a primary with a second place gives the wanted piece, not that of its place
  const others = secondaries.flatMap((endpoint, index) =>
    endpoint === undefined || (wanted.index !== PRIMARY && endpoint === primary) ? [] : [{ endpoint, index }],
  );
  // data pieces first: with all of them nothing is computed
  const inTurn = others.toSorted((a, b) => Number(silent.has(a.endpoint)) - Number(silent.has(b.endpoint)));
  return [
    ...own.map((index) => ({ index, fetch: () => ownShard(wanted, index, tools) })),
    ...inTurn.map((source) => ({
      index: source.index,
      fetch: (end: AbortSignal) =>
        silent.watch(source.endpoint, () => fetchShard(peers, source, { task, wanted }, end)),
    })),
  ];
}

/** Says how many of how many answered, and why the others did not. */
function failureOf({ wanted: { key, data }, answers }: Asking): GfSpError {
  const { failures, sources, gathered } = answers;
  const given = gathered?.pieces.size ?? 0;
  const silent = [...(gathered?.failures ?? [])].map(([index, reason]) => `secondary ${index}: ${reason}`);
  const reasons = [...failures, ...silent];
  const because = reasons.length > 0 ? ` (${reasons.join('; ').slice(0, 800)})` : '';
  const answered = `${given} of ${sources} secondaries have answered with a piece`;
  if (given < data) {
    return recoveryErrors.notEnough(
      `failed to get enough piece data to recovery: ${answered}, ${data} are needed for ${key}${because}`,
    );
  }
  return recoveryErrors.checksum(
    `recovery checksum not correct: ${answered}, no ${data} of them give ${key}${because}`,
  );
}
