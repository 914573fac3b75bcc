/** What the routes for debugging have in common. */
import { query, required } from '../http/route.ts';

export const ROOT = { method: 'GET', scope: 'root', auth: 'ignored', debug: true } as const;
export const BUCKET = { ...ROOT, scope: 'bucket' } as const;

export const needed = (name: string, about: string) => required(query(name, 'integer', about));
export const BUCKET_ID = needed('bucket-id', 'The bucket.');
export const SP_ID = needed('sp-id', 'The provider.');
export const GVG_ID = needed('gvg-id', 'The global virtual group.');
export const HEIGHT = needed('block-id', 'Last height that counts.');
