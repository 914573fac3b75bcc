import type { DownloadObjectTask } from '../../tasks/objects.ts';
import type { ByteStream } from './bytes.ts';

export interface Downloader {
  /**
   * Charges quota, writes the read record, then yields the bytes `low` to `high`, both inclusive. The caller reads the
   * stream to its end or calls its `return`: what was charged and not sent is given back then.
   * @throws before the first byte, where it can be known: downloader 30001…30009; receiver 85101, 85102; 990302 when busy
   */
  downloadObject(task: DownloadObjectTask): Promise<ByteStream>;
}
