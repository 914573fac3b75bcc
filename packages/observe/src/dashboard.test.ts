/** The dashboard and the documented queries speak of metrics, labels and label values that exist. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type MetricRow, metricTable } from './metric-table.ts';
import { Metrics } from './metrics.ts';

const docs = new URL('../../../docs/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, docs), 'utf8');

interface Dashboard {
  panels: { title: string; type: string; targets?: { expr: string; legendFormat: string }[] }[];
  templating: { list: { query: string }[] };
}

const FUNCTIONS = new Set([
  'sum',
  'by',
  'on',
  'rate',
  'increase',
  'time',
  'deriv',
  'histogram_quantile',
  'label_replace',
  'label_values',
]);
/** Given by Prometheus to every sample, or made by the query itself. */
const OTHER_LABELS = new Set(['instance', 'le', 'queue']);
const ENDINGS: Record<string, string[]> = { histogram: ['_bucket', '_sum', '_count'], summary: ['_sum', '_count'] };

const samples = new Map<string, readonly string[]>();
for (const [name, row] of Object.entries(metricTable) as [string, MetricRow][]) {
  for (const ending of ENDINGS[row.type] ?? ['']) samples.set(name + ending, row.labels);
}
for (const [name] of (await new Metrics().text()).matchAll(/^(?:process|nodejs)_\w+/gm)) {
  samples.set(name, []);
}

/** What of an expression is no metric, label or function that exists. */
function unknownWords(expr: string): string[] {
  const bare = expr.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[[^\]]*\]/g, '');
  const labels = new Set(OTHER_LABELS);
  const words = [...bare.matchAll(/(?<![\w.])[a-z_]\w*/gi)]
    .map(([word]) => word)
    .filter((word) => !FUNCTIONS.has(word));
  for (const word of words) for (const label of samples.get(word) ?? []) labels.add(label);
  return words.filter((word) => !samples.has(word) && !labels.has(word));
}

describe('dashboard', () => {
  const { panels, templating } = JSON.parse(read('dashboards/prairie.json')) as Dashboard;

  it('asks for what exists', () => {
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    assert.ok(expressions.length >= 25);
    for (const expr of [
      ...expressions,
      ...templating.list.map(({ query }) => query).filter((q) => q !== 'prometheus'),
    ]) {
      assert.deepEqual(unknownWords(expr), [], expr);
      assert.equal(expr.split('(').length, expr.split(')').length, expr);
    }
  });

  it('names its lines by labels of the metric', () => {
    for (const { title, targets = [] } of panels) {
      for (const { expr, legendFormat } of targets) {
        for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          assert.ok(
            expr.includes(label) ||
              [...samples].some(([name, labels]) => expr.includes(name) && labels.includes(label)) ||
              label === 'instance',
            `${title}: ${label}`,
          );
        }
      }
    }
  });

  it('the test would notice what does not exist', () => {
    assert.deepEqual(unknownWords('sum(rate(request_qbs{instance="a"}[5m]))'), ['request_qbs']);
    assert.deepEqual(unknownWords('queue_size{queue="x", color="y"}'), ['color']);
    assert.deepEqual(unknownWords('request_time'), ['request_time']);
  });
});

it('documented queries ask for what exists', () => {
  const table = read('observability.md').split('## Questions and queries')[1]!.split('\n## ')[0]!;
  const queries = [...table.matchAll(/`([^`]+)`/g)]
    .map(([, query = '']) => query)
    .filter((query) => !query.includes('/'));
  assert.ok(queries.length >= 14);
  for (const query of queries) assert.deepEqual(unknownWords(query), [], query);
});

it('what the documentation says is not registered is not', () => {
  const table = read('observability.md').split('**Not registered**')[1]!.split('\n`usage_')[0]!;
  const names = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
  assert.ok(names.length >= 20);
  for (const name of names) {
    const pattern = new RegExp(`^${name.replaceAll('*', '.*')}$`);
    assert.deepEqual(
      Object.keys(metricTable).filter((metric) => pattern.test(metric)),
      [],
      name,
    );
  }
});
