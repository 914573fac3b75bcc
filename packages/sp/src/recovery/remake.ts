/** One piece out of those that other providers have. */
import { GfSpError, type Logger, type Modules, type RecoverPieceTask } from '@prairie/gfsp';
import { type ErasureCoder, NotEnoughShardsError } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { combine, combineAgreeing, type Fits } from './combine.ts';
import { recoveryErrors } from './errors.ts';
import { type Gathered, gather, type Source } from './gather.ts';
import type { Holders } from './holders.ts';
import { fetchShard, type Peers, recoverTask } from './peer-pieces.ts';
import type { Wanted } from './wanted.ts';

export interface RemakeOptions {
  /** Milliseconds without an arrival until one holder more is asked. */
  hedgeMs: number;
}

export interface RemakeTools {
  client: Pick<Modules, 'signer'>;
  peers: Peers;
  coder: ErasureCoder;
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
 * its segment of the secondaries' pieces; a secondary asks the primary for its own, and then the other secondaries.
 * @throws 45203 when too few answer, 45206 when what they have does not give the piece, the signal's reason
 */
export async function remake(remaking: Remaking, options: RemakeOptions, tools: RemakeTools): Promise<Uint8Array> {
  const { wanted, holders, bySuccessor } = remaking;
  const task = await recoverTask(tools.client, wanted, bySuccessor ? holders.gvgId : undefined);
  const asking = { ...remaking, task };
  if (wanted.index === PRIMARY) return fromSecondaries(asking, options, tools);
  const failures: string[] = [];
  const isBelieved = remaking.fits !== undefined || remaking.isDoubted !== true;
  const direct = isBelieved ? await fromPrimary(asking, tools, (failure) => failures.push(failure)) : undefined;
  if (direct) return direct;
  return fromSecondaries(asking, options, tools, failures);
}

interface Asking extends Remaking {
  task: RecoverPieceTask;
}

/** undefined when it has none, or a wrong one, which is told. @throws the signal's reason */
async function fromPrimary(
  { wanted, holders, fits, task, signal }: Asking,
  { peers }: RemakeTools,
  tell: (failure: string) => void,
): Promise<Uint8Array | undefined> {
  const { primary: endpoint } = holders;
  if (endpoint === undefined) {
    tell(`primary: ${recoveryErrors.primaryEndpoint().message}`);
    return undefined;
  }
  try {
    const piece = await fetchShard(peers, { endpoint, index: wanted.index }, { task, wanted }, signal);
    if (!fits || (await fits(piece))) return piece;
    tell('primary: its piece has a wrong checksum');
  } catch (error) {
    signal.throwIfAborted();
    tell(`primary: ${GfSpError.from(error).message}`);
  }
  return undefined;
}

async function fromSecondaries(
  { wanted, holders, fits, task, signal }: Asking,
  { hedgeMs }: RemakeOptions,
  { peers, coder, logger }: RemakeTools,
  failures: readonly string[] = [],
): Promise<Uint8Array> {
  // data pieces first: with all of them nothing is computed
  const sources = holders.secondaries.flatMap((endpoint, index): Source[] =>
    endpoint === undefined
      ? []
      : [{ index, fetch: (end) => fetchShard(peers, { endpoint, index }, { task, wanted }, end) }],
  );
  const { data } = wanted;
  const needed = fits ? data : data + 1;
  const { made, gathered } = await gather(sources, { needed, least: data, hedgeMs, signal }, (pieces, latest, isAll) =>
    fits ? combine(pieces, latest, wanted, { coder, fits }) : combineAgreeing(pieces, wanted, { coder, isAll }),
  ).catch((error: unknown) => {
    throw error instanceof NotEnoughShardsError || error instanceof RangeError
      ? recoveryErrors.decode(`EC decode error: ${error.message}`, error)
      : error;
  });
  if (!made) throw failureOf(wanted, { sources: sources.length, gathered, failures });
  const refused = gathered.pieces.size - data;
  if (fits && refused > 0) logger.warn('other providers gave wrong pieces', { key: wanted.key, wrong: refused });
  return made;
}

/** Says how many of how many answered, and why the others did not. */
function failureOf(
  { key, data }: Wanted,
  { sources, gathered, failures }: { sources: number; gathered: Gathered; failures: readonly string[] },
): GfSpError {
  const { pieces } = gathered;
  const reasons = [...failures, ...[...gathered.failures].map(([index, reason]) => `secondary ${index}: ${reason}`)];
  const because = reasons.length > 0 ? ` (${reasons.join('; ').slice(0, 800)})` : '';
  const answered = `${pieces.size} of ${sources} secondaries have answered with a piece`;
  if (pieces.size < data) {
    return recoveryErrors.notEnough(
      `failed to get enough piece data to recovery: ${answered}, ${data} are needed for ${key}${because}`,
    );
  }
  return recoveryErrors.checksum(
    `recovery checksum not correct: ${answered}, no ${data} of them give ${key}${because}`,
  );
}
