import type { ResumableUploadObjectTask, UploadObjectTask } from '../../tasks/objects.ts';
import type { ByteStream } from './bytes.ts';

export interface Uploader {
  /**
   * Resolves when the whole payload is durable and its integrity equals the chain's. `contentLength` is what the sender
   * announced, if it did: a wrong one is refused before a byte is read. The payload is read to its end or left; what is
   * refused leaves nothing behind. `gone` aborts when the sender leaves: of a payload that is not being read nobody learns
   * it otherwise.
   * @throws uploader 110001…110008, 115001, 115101; manager 60001…60003; 991102 when busy
   */
  uploadObject(task: UploadObjectTask, payload: ByteStream, contentLength?: bigint, gone?: AbortSignal): Promise<void>;
  /**
   * Takes a part: the segments from `task.offset` on. Resolves when they are durable; with `task.completed`, when the
   * whole payload is, as for `uploadObject`. A part begins where the ones before end, or earlier: segments that are
   * there already are compared, not written. Of a part that breaks off the whole segments count.
   * @throws as uploadObject; gateway 50028 for another offset, with the one that is expected
   */
  resumableUploadObject(
    task: ResumableUploadObjectTask,
    payload: ByteStream,
    contentLength?: bigint,
    gone?: AbortSignal,
  ): Promise<void>;
}
