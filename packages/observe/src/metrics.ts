/** The metrics of a process, in a registry of their own. A metric is registered when it is first fed. */
import { performance } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { type MetricName, type MetricRow, metricTable, type NameOf } from './metric-table.ts';

export type Labels = Readonly<Record<string, string | number>>;

export interface MetricsOptions {
  /** Adds memory, processor time, event loop and garbage collection of this process. Default true. */
  runtime?: boolean;
}

/** Pauses of the event loop are sampled ten times a second: the default, a hundred, would keep an idle process awake. */
const LOOP_SAMPLE_MS = 100;

/** How often an operation that failed or not may be told apart; bounds the series of one metric. */
const MAX_VALUES = 1000;

export class Metrics {
  readonly #registry = new Registry();
  readonly #metrics = new Map<MetricName, Counter | Gauge | Histogram | Summary>();
  readonly #before: (() => void | Promise<void>)[] = [];
  readonly #recorders = new Map<string, (seconds: number, failed: boolean) => void>();

  constructor({ runtime = true }: MetricsOptions = {}) {
    if (runtime) addRuntime(this.#registry);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything, in Prometheus' text format. A collector that fails leaves its metrics as they were. */
  async text(): Promise<string> {
    await Promise.allSettled(this.#before.map(async (collect) => collect()));
    return this.#registry.metrics();
  }

  /** `collect` sets gauges before each scrape. */
  onScrape(collect: () => void | Promise<void>): void {
    this.#before.push(collect);
  }

  add(name: NameOf<'counter' | 'gauge'>, labels: Labels, amount = 1): void {
    (this.#metric(name) as Counter | Gauge).inc(labels, amount);
  }

  set(name: NameOf<'gauge'>, labels: Labels, value: number): void {
    (this.#metric(name) as Gauge).set(labels, value);
  }

  observe(name: NameOf<'histogram' | 'summary'>, labels: Labels, value: number): void {
    (this.#metric(name) as Histogram | Summary).observe(labels, value);
  }

  /**
   * Counts and times one thing under `<value>_success` or `<value>_failure`, as most of the reference's metrics do.
   * Labels are named as their metric, except where the table says otherwise.
   */
  record(pair: MetricPair, value: string, seconds: number, failed: boolean): void {
    const key = `${pair.time} ${value}`;
    let recorder = this.#recorders.get(key);
    if (!recorder) {
      recorder = this.#recorder(pair, value);
      // Values come from tables, so this is not reached; were it, recording would get slower, not memory full.
      if (this.#recorders.size < MAX_VALUES) this.#recorders.set(key, recorder);
    }
    recorder(seconds, failed);
  }

  #metric(name: MetricName): Counter | Gauge | Histogram | Summary {
    let metric = this.#metrics.get(name);
    if (!metric) {
      metric = make(name, metricTable[name], this.#registry);
      this.#metrics.set(name, metric);
    }
    return metric;
  }

  /** Looks labels up once: half of the cost of an observation is finding its series. */
  #recorder(pair: MetricPair, value: string): (seconds: number, failed: boolean) => void {
    const [timeLabel, counterLabel] = [metricTable[pair.time].labels[0]!, metricTable[pair.counter].labels[0]!];
    const outcome = (suffix: string) => {
      const time = (this.#metric(pair.time) as Histogram).labels({ [timeLabel]: value + suffix });
      const count = (this.#metric(pair.counter) as Counter).labels({ [counterLabel]: value + suffix });
      return (seconds: number): void => {
        time.observe(seconds);
        count.inc();
      };
    };
    const [success, failure] = [outcome('_success'), outcome('_failure')];
    return (seconds, failed) => (failed ? failure(seconds) : success(seconds));
  }
}

/** A counter and a histogram that go together. */
export interface MetricPair {
  readonly time: NameOf<'histogram'>;
  readonly counter: NameOf<'counter'>;
}

/** Seconds since `began`, which is a `performance.now()`. */
export const secondsSince = (began: number): number => (performance.now() - began) / 1000;

function make(name: string, row: MetricRow, registry: Registry): Counter | Gauge | Histogram | Summary {
  const common = { name, help: row.help, labelNames: [...row.labels], registers: [registry] };
  switch (row.type) {
    case 'counter':
      return new Counter(common);
    case 'gauge':
      return new Gauge(common);
    case 'histogram':
      return new Histogram({ ...common, ...(row.buckets ? { buckets: [...row.buckets] } : {}) });
    case 'summary':
      // Sum and count only, as the reference has them: quantiles of several processes cannot be put together.
      return new Summary({ ...common, percentiles: [] });
  }
}

function addRuntime(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS });
  let last = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'Share of the time since the last scrape that the event loop was busy, 0 to 1',
    registers: [registry],
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
}
