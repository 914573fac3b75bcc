export type { BackgroundOptions } from './background.ts';
export type { Scrubbed } from './scrubber.ts';
export { Scrubs, type ScrubsDependencies, type ScrubsOptions } from './scrubs.ts';
