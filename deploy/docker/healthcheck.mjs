/**
 * Whether a URL answers with success: `node healthcheck.mjs http://127.0.0.1:24369/-/ready`. Exit code 0 or 1, which is
 * what Docker asks for. The base image has neither curl nor wget.
 */
const url = process.argv[2] ?? '';
/** Less than the time-out of the container's check, so that the reason is told. */
const TIMEOUT_MS = 4000;

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = (await response.text()).slice(0, 200);
  process.stdout.write(`${response.status} ${text}\n`);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`${url} does not answer: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
