import type { greenfieldPayment as payment, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import type { BucketOnChain, Consensus, Modules, ObjectOnChain } from '@prairie/gfsp';
import type { ChainHead } from './chain-head.ts';
import { ForwardingConsensus } from './forwarding-consensus.ts';
import { objectAsked, objectKey, permissionAsked, permissionKey } from './keys.ts';
import { LocalAnswers, type LocalQuestion } from './local-answers.ts';
import { OfOneBlock } from './of-one-block.ts';
import type { Picture } from './picture.ts';

/** Answers of the chain that are kept, of each kind. */
const ENTRIES = 4096;

/** Where an answer came from: what was known already, this provider's tables, or the chain. */
export type AnswerSource = 'remembered' | 'local' | 'chain';

export interface RecentConsensusDependencies {
  head: ChainHead;
  /** Without it every question is the chain's. */
  picture: Picture | undefined;
  client: Pick<Modules, 'metadata'>;
  /** Told of every answer to a question of which the tables, or what is remembered, may know. */
  onAnswer?: ((source: AnswerSource) => void) | undefined;
}

/** One kind of question, by its key. */
interface Question<T> {
  /** Answers of the tables; not for what they do not hold whole. */
  local?: LocalQuestion<T> | undefined;
  /** How far behind the tables may be. Default: `Consensus.MaxLagBlocks`. */
  maxLag?: bigint;
  chain: OfOneBlock<T | undefined>;
}

/**
 * The chain as of the latest block that was heard; where the block syncer does not keep up, all but objects may be of one
 * that is at most `Consensus.MaxLagBlocks` older. What the tables of the block syncer hold is answered from them while
 * they are that near to the chain's head, and by the chain otherwise; so is what they do not have. Made for reads, which
 * ask the same again and again: a refusal by it is to be judged again by the chain itself, as is whatever a client has
 * just changed.
 */
export class RecentConsensus extends ForwardingConsensus {
  readonly #picture: Picture | undefined;
  readonly #onAnswer: (source: AnswerSource) => void;
  readonly #bucket: Question<BucketOnChain>;
  readonly #object: Question<ObjectOnChain>;
  readonly #group: Question<virtualgroup.GlobalVirtualGroup>;
  readonly #family: Question<virtualgroup.GlobalVirtualGroupFamily>;
  readonly #streamRecord: Question<payment.StreamRecord>;
  readonly #permission: Question<boolean>;

  constructor(chain: Consensus, { head, picture, client, onAnswer = () => {} }: RecentConsensusDependencies) {
    super(chain);
    this.#picture = picture;
    this.#onAnswer = onAnswer;
    const local = picture && new LocalAnswers(() => client.metadata, picture);
    const ofChain = <T>(ask: (key: string) => Promise<T>) => new OfOneBlock(ENTRIES, head, ask);
    this.#bucket = { local: local?.bucket, chain: ofChain((name) => chain.bucket(name)) };
    const object = ofChain((key) => chain.object(...objectAsked(key)));
    // whoever has seen on the chain that content was sealed reads that content
    this.#object = { local: local?.object, maxLag: 0n, chain: object };
    this.#group = { local: local?.group, chain: ofChain((id) => chain.gvg(Number(id))) };
    this.#family = { local: local?.family, chain: ofChain((id) => chain.family(Number(id))) };
    this.#streamRecord = { chain: ofChain((account) => chain.streamRecord(account)) };
    const verdict = (key: string) => chain.verifyPermission(...permissionAsked(key));
    this.#permission = { local: local?.permission, chain: ofChain<boolean | undefined>(verdict) };
  }

  override bucket(name: string): Promise<BucketOnChain | undefined> {
    return this.#answer(this.#bucket, name);
  }

  override object(bucketName: string, objectName: string): Promise<ObjectOnChain | undefined> {
    return this.#answer(this.#object, objectKey(bucketName, objectName));
  }

  override gvg(id: number): Promise<virtualgroup.GlobalVirtualGroup | undefined> {
    return this.#answer(this.#group, String(id));
  }

  override family(id: number): Promise<virtualgroup.GlobalVirtualGroupFamily | undefined> {
    return this.#answer(this.#family, String(id));
  }

  override streamRecord(account: string): Promise<payment.StreamRecord | undefined> {
    return this.#answer(this.#streamRecord, account);
  }

  /** The chain is asked what metadata cannot judge. */
  override async verifyPermission(operator: string, bucket: string, object: string, action: number): Promise<boolean> {
    const key = permissionKey(operator, bucket, object, action);
    return (await this.#answer(this.#permission, key)) ?? false;
  }

  async #answer<T>({ local, maxLag, chain }: Question<T>, key: string): Promise<T | undefined> {
    if (local && (await this.#picture?.isCurrent(maxLag))) {
      const source = local.knows(key) ? 'remembered' : 'local';
      // tables that cannot be read know nothing
      const found = await local.get(key).catch(() => undefined);
      if (found !== undefined) {
        this.#onAnswer(source);
        return found;
      }
    }
    this.#onAnswer(chain.knows(key) ? 'remembered' : 'chain');
    return chain.get(key);
  }
}
