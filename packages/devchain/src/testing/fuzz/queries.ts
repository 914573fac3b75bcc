/** Queries of every path with requests that make little sense. */
import { encode } from '@prairie/chain';
import type { World } from '../random/world.ts';
import { damaged } from './bytes.ts';
import { twisted } from './fields.ts';
import { knownTexts } from './transactions.ts';

export interface SpoiltQuery {
  path: string;
  data: Buffer;
  height: number;
}

export function spoiltQuery(world: World): SpoiltQuery {
  const { rng, chain } = world;
  const path = rng.one(chain.queries.paths);
  const { request } = chain.queries.typesOf(path)!;
  const value = twisted({ rng, known: knownTexts(world) }, request, request.create());
  const data = encode(request, value);
  const wrongPath = rng.chance(0.03) ? rng.one(['', '/', `${path}X`, '/store/bank/key', '/app/simulate', '\0']) : path;
  return {
    path: wrongPath,
    data: rng.chance(0.3) ? damaged(rng, data) : data,
    height: rng.chance(0.1) ? rng.one([-1, 1, chain.height, chain.height + 1, 2 ** 53]) : 0,
  };
}
