/**
 * Which path of the REST port is which query (`reference/chain-rpc.md` §7).
 *
 * The general rule is `/<package with slashes>/<snake_case_method>[/{argument}…]`: the arguments are the single fields
 * of the request in their order, and those that the path does not have may stand in the query string.
 */
import type { Field, MessageType } from '@prairie/chain';
import { COSMOS_ROUTES } from './cosmos-routes.ts';
import { PathTree } from './path-tree.ts';

export interface Route {
  /** `/greenfield.storage.Query/HeadBucket` */
  method: string;
  /** Whether the request is the body. */
  post: boolean;
}

export interface Routes {
  gets: PathTree<Route>;
  posts: PathTree<Route>;
}

/** @param requestOf the request of a method, by its full path */
export function routesOf(methods: readonly string[], requestOf: (method: string) => MessageType): Routes {
  const routes: Routes = { gets: new PathTree(), posts: new PathTree() };
  for (const method of methods) {
    for (const template of templatesOf(method, requestOf(method))) {
      const post = template.startsWith('POST ');
      (post ? routes.posts : routes.gets).add(template.replace('POST ', ''), { method, post });
    }
  }
  return routes;
}

/** The paths of one method; those of a POST start with that word. */
export function templatesOf(method: string, request: MessageType): string[] {
  const [, service, name] = method.split('/') as [string, string, string];
  const known = COSMOS_ROUTES[service];
  const path = known?.methods[name];
  if (known && path) return [path.replace(/^(POST )?/, `$1${known.base}`)];
  const base = `/${service.slice(0, service.lastIndexOf('.')).replaceAll('.', '/')}`;
  return namesOf(name).flatMap((own) => ruled(`${base}/${own}`, request));
}

/** With and without the word that some methods start with. */
function namesOf(method: string): string[] {
  const name = snakeCase(method);
  return name.startsWith('query_') ? [name, name.slice('query_'.length)] : [name];
}

const snakeCase = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3_$2').toLowerCase();

/** The path with none, one, … all of its arguments. */
function ruled(path: string, { fields }: MessageType): string[] {
  const args = fields.filter((field) => !field.repeated && !field.messageName);
  return [...args.keys(), args.length].map((count) => path + args.slice(0, count).map(segment).join(''));
}

/** Names of objects have slashes. */
const segment = ({ name }: Field, index: number, all: readonly Field[]): string =>
  name === 'object_name' && index === all.length - 1 ? `/{${name}=**}` : `/{${name}}`;
