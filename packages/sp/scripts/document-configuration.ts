/** Writes docs/configuration.md from the table of keys: `npm run node -- packages/sp/scripts/document-configuration.ts`. */
import { writeFileSync } from 'node:fs';
import { configurationPage } from '../src/config/documentation.ts';

writeFileSync(new URL('../../../docs/configuration.md', import.meta.url), configurationPage());
