import type { UploadObjectTask } from '../../tasks/objects.ts';
import type { ByteStream } from './bytes.ts';

export interface Uploader {
  /**
   * Resolves when the whole payload is durable and its integrity equals the chain's. `contentLength` is what the sender
   * announced, if it did: a wrong one is refused before a byte is read. The payload is read to its end or left; what is
   * refused leaves nothing behind.
   * @throws uploader 110001…110008, 115001, 115101; manager 60001…60003; 991102 when busy
   */
  uploadObject(task: UploadObjectTask, payload: ByteStream, contentLength?: bigint): Promise<void>;
}
