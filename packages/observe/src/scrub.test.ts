import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics } from './metrics.ts';
import { observeScrub } from './scrub.ts';

test('the scrubbing tells what it looked at, what it found, and when it was through', async () => {
  const metrics = new Metrics({ runtime: false });
  const { onScrubbed, onPassed } = observeScrub(metrics);
  for (let piece = 0; piece < 3; piece++) onScrubbed({ pieces: 1, bytes: 100 });
  onScrubbed({ pieces: 1, bytes: 40, finding: { fault: 'damaged', repaired: true } });
  onScrubbed({ pieces: 1, bytes: 0, finding: { fault: 'missing', repaired: false } });
  onPassed(1_795_230_000);
  const text = await metrics.text();
  const lines = [
    'scrubbed_pieces 5',
    'scrubbed_bytes 340',
    'scrub_damage\\{fault="damaged",result="repaired"\\} 1',
    'scrub_damage\\{fault="missing",result="failed"\\} 1',
    'scrub_last_pass 1795230000',
  ];
  for (const line of lines) assert.match(text, new RegExp(`^${line}$`, 'm'));
});
