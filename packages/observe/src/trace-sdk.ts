/** The part of OpenTelemetry that is used, loaded when tracing begins. */

import type { SpanContext } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { currentContext, type Logger, parseTraceparent } from '@prairie/gfsp';
import type { SpanStarter, TracingOptions } from './tracing.ts';

const EXPORT_TIMEOUT_MS = 5_000;
/** Spans that wait to be sent; more are dropped. */
const MAX_QUEUED_SPANS = 4_096;
const MAX_BATCH_SPANS = 512;
const SEND_EVERY_MS = 5_000;

export async function openTracer(
  { endpoint, service, sample = 1 }: TracingOptions,
  { logger }: { logger: Logger },
): Promise<SpanStarter> {
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
    throw new RangeError(`trace endpoint: expected an address such as http://localhost:4318/v1/traces`);
  }
  if (!(sample >= 0 && sample <= 1)) throw new RangeError(`trace sample is ${sample}: expected 0 to 1`);
  const [{ ROOT_CONTEXT, trace }, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = reporting(new OTLPTraceExporter({ url: endpoint, timeoutMillis: EXPORT_TIMEOUT_MS }), logger);
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(sample) }),
    spanProcessors: [
      new sdk.BatchSpanProcessor(exporter, {
        maxQueueSize: MAX_QUEUED_SPANS,
        maxExportBatchSize: MAX_BATCH_SPANS,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('prairie');
  return {
    startSpan(name, options) {
      const parent = currentSpanContext();
      return tracer.startSpan(name, options, parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT);
    },
    stop: () => within(EXPORT_TIMEOUT_MS, provider.shutdown()),
  };
}

/** The span that the call context names, as OpenTelemetry has it. */
function currentSpanContext(): SpanContext | undefined {
  const parent = parseTraceparent(currentContext().trace);
  return parent && { traceId: parent.traceId, spanId: parent.spanId, traceFlags: parent.flags };
}

/** Says when spans no longer reach the collector, and when they do again: once each. */
function reporting(exporter: SpanExporter, logger: Logger): SpanExporter {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== 0;
        if (failed !== failing && failed) logger.warn('traces do not reach the collector', { error: result.error });
        if (failed !== failing && !failed) logger.info('traces reach the collector again');
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => {}), deadline]);
  clearTimeout(timer);
}
