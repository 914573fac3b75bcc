import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import '../../index.ts';
import { routes } from '../http/routes.ts';
import { httpApiPage } from './markdown.ts';
import { openApi } from './openapi.ts';

interface Operation {
  operationId: string;
  responses: Record<number, { content: Record<string, { schema: { xml: { name: string } } }> }>;
  parameters: { name: string }[];
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object };
}

describe('the documentation of the API', () => {
  const document = openApi(routes, '1.2.3') as unknown as Document;
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

  it('is up to date', () => {
    const page = readFileSync(new URL('../../../../../docs/http-api.md', import.meta.url), 'utf8');
    const stale = 'run npm run node -- packages/sp/scripts/document-http-api.ts';
    assert.equal(page, httpApiPage(routes), stale);
  });

  it('has each route once', () => {
    const names = operations.map(({ operationId }) => operationId).filter((name) => !name.endsWith('Head'));
    assert.deepEqual(names.toSorted(), routes.map(({ name }) => name).toSorted());
  });

  it('names the keys of the query and of the path as parameters', () => {
    for (const { keys = [], name } of routes) {
      const operation = operations.find(({ operationId }) => operationId === name)!;
      const parameters = new Set(operation.parameters.map((parameter) => parameter.name));
      for (const key of keys) assert.ok(parameters.has(key), `${name}: ${key}`);
    }
  });

  it('describes every message once, and both of its forms', () => {
    for (const { name, handle } of routes) {
      if (!handle.form) continue;
      const { 200: success } = operations.find(({ operationId }) => operationId === name)!.responses;
      assert.deepEqual(Object.keys(success!.content), ['application/xml', 'application/json'], name);
      for (const { schema } of Object.values(success!.content)) assert.equal(schema.xml.name, handle.form.name);
    }
    const referred = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
    const known = Object.keys(document.components.schemas);
    for (const [, title] of referred) assert.ok(known.includes(title!), title);
    assert.ok(known.includes('ObjectInfo') && JSON.stringify(document).length < 400_000);
  });

  it('tells of errors that tables define', () => {
    for (const { responses } of operations) assert.ok('200' in responses && '500' in responses);
  });
});
