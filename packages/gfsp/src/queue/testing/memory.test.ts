import { MemoryQueueEngine } from '../memory-engine.ts';
import { queueContract } from './contract.ts';

queueContract('memory', { runs: 200 }, async () => new MemoryQueueEngine());
