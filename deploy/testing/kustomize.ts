/**
 * What `kubectl kustomize` makes of a folder, as far as the folders here go: resources, components, ConfigMaps of files,
 * and strategic merge patches. Anything else in a kustomization is refused.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, readYaml, type Yaml, type YamlMap } from './yaml.ts';

/** The fields that {@link render} knows. */
const FIELDS = ['apiVersion', 'kind', 'resources', 'components', 'configMapGenerator', 'patches'];

/** Lists whose items have a name are merged by it, lists of ports by the port (strategic merge of Kubernetes). */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  volumes: 'name',
  env: 'name',
  ports: 'containerPort',
  volumeMounts: 'mountPath',
};

/** The objects of a folder with its patches. ConfigMaps keep their names, without the hash of their contents. */
export function render(folder: string): YamlMap[] {
  const [kustomization] = readDocuments(join(folder, 'kustomization.yaml'));
  const unknown = Object.keys(kustomization!).filter((field) => !FIELDS.includes(field));
  if (unknown.length > 0) throw new Error(`${folder}: ${unknown.join(', ')} of a kustomization is not known here`);
  const { resources = [], components = [], configMapGenerator = [], patches = [] } = kustomization!;
  let objects = strings([...list(resources), ...list(components)]).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? render(path) : readDocuments(path);
  });
  for (const generator of maps(configMapGenerator)) objects = withConfigMap(objects, generator, folder);
  for (const patch of maps(patches)) objects = patched(objects, patch, folder);
  const names = objects.map(idOf);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`${folder}: ${twice} is there twice`);
  return objects;
}

/** The documents of a file. @throws Error that names the file */
export function readDocuments(path: string): YamlMap[] {
  try {
    return maps(readYaml(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
}

/** `Deployment/gateway`. */
export function idOf({ kind, metadata }: YamlMap): string {
  return `${kind}/${isMap(metadata) ? metadata.name : ''}`;
}

function withConfigMap(objects: readonly YamlMap[], generator: YamlMap, folder: string): YamlMap[] {
  const { name, files, behavior = 'create' } = generator;
  const data = Object.fromEntries(strings(files).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name! }, data };
  const others = objects.filter((object) => idOf(object) !== idOf(made));
  const isThere = others.length < objects.length;
  if (isThere !== (behavior === 'replace')) throw new Error(`${folder}: ${name}: behavior ${behavior} does not fit`);
  return [...others, made];
}

function patched(objects: readonly YamlMap[], { target, path, patch }: YamlMap, folder: string): YamlMap[] {
  const wanted = target as YamlMap;
  const [change] = typeof path === 'string' ? readDocuments(join(folder, path)) : maps(readYaml(patch as string));
  const isMeant = (object: YamlMap) =>
    object.kind === wanted.kind && (wanted.name === undefined || idOf(object) === `${wanted.kind}/${wanted.name}`);
  if (!objects.some(isMeant))
    throw new Error(`${folder}: a patch is for ${JSON.stringify(wanted)}, which is not there`);
  if (change!.$patch === 'delete') return objects.filter((object) => !isMeant(object));
  return objects.map((object) => {
    if (!isMeant(object)) return object;
    const { metadata, ...merged } = merge(object, change!, '') as YamlMap;
    return { ...merged, metadata: { ...(metadata as YamlMap), name: (object.metadata as YamlMap).name! } };
  });
}

function merge(below: Yaml | undefined, above: Yaml, field: string): Yaml {
  if (isMap(below) && isMap(above)) {
    const merged = Object.entries(above).map(([key, value]) => [key, merge(below[key], value, key)]);
    return { ...below, ...Object.fromEntries(merged) };
  }
  const key = MERGE_KEYS[field];
  if (!Array.isArray(below) || !Array.isArray(above) || key === undefined) return above;
  const [old, added] = [maps(below), maps(above)];
  const kept = old.map((item) => {
    const change = added.find((each) => each[key] === item[key]);
    return change ? merge(item, change, '') : item;
  });
  return [...kept, ...added.filter((each) => !old.some((item) => item[key] === each[key]))];
}

const list = (value: Yaml | undefined): readonly Yaml[] => (Array.isArray(value) ? value : []);

/** @throws TypeError when one of them is something else */
export function maps(value: Yaml | undefined): YamlMap[] {
  const items = list(value);
  if (!items.every(isMap)) throw new TypeError('expected a list of mappings');
  return [...items] as YamlMap[];
}

/** @throws TypeError when one of them is something else */
export function strings(value: Yaml | undefined): string[] {
  const items = list(value);
  if (!items.every((item) => typeof item === 'string')) throw new TypeError('expected a list of strings');
  return [...items] as string[];
}
