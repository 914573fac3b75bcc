/** Which random run a test makes, and how to make the same one again. */

/** The run that everybody gets who asks for no other. */
const USUAL = 20_260_115;

/** `PRAIRIE_SEED` chooses another run. */
export function chosenSeed(usual: number = USUAL): number {
  const text = process.env.PRAIRIE_SEED;
  if (text === undefined) return usual;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`PRAIRIE_SEED: up to nine digits expected, got ${JSON.stringify(text)}`);
  return Number(text);
}

export const again = (seed: number, command: string): string =>
  `seed ${seed}; again with PRAIRIE_SEED=${seed} ${command}`;
