/** Writes docs/http-api.md. */
import { writeFileSync } from 'node:fs';
import '../src/index.ts';
import { httpApiPage } from '../src/gater/docs/markdown.ts';
import { routes } from '../src/gater/http/routes.ts';

writeFileSync(new URL('../../../docs/http-api.md', import.meta.url), httpApiPage(routes));
