/** What the engine has to be told before it does anything. */
import { setFlagsFromString } from 'node:v8';

/** Node 24; an older V8 does not know the flag. */
const SINCE_V8 = 13;
/**
 * Threads that wait for disks and for names. With the usual four, one disk that hangs stops the whole process; a thread
 * that has nothing to do costs some kilobytes. They start with the first file that is read, so this counts here.
 */
const THREADS = '16';

/*
 * How V8 counts memory outside its heap. By default each 64 MiB of it start a collection of the whole heap, and a body of
 * an HTTP request is such memory: receiving a gigabyte cost 1.4 s of CPU in collections, with this 0.1. The bytes count
 * with the heap's own instead, and short-lived ones go with the young generation.
 */
if (Number.parseInt(process.versions.v8, 10) >= SINCE_V8) {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}

process.env.UV_THREADPOOL_SIZE ??= THREADS;
