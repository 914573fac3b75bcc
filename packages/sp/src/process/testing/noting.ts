/** Ours with a difference: the front modules with each of their steps noted. */
import type {
  ByteStream,
  CreateBucketApprovalTask,
  DownloadObjectTask,
  ModuleDefinition,
  Outcome,
} from '@prairie/gfsp';
import { ApproverModule } from '../../approver/index.ts';
import { DownloaderModule } from '../../downloader/index.ts';
import { type Upload, UploaderModule } from '../../uploader/index.ts';
import type { ModuleContext } from '../context.ts';
import type { Extension } from '../extension.ts';

type Note = (step: string) => void;
type Definition = ModuleDefinition<ModuleContext>;

/** Steps go to `steps`; what has "refused" for a bucket's name or a content type is refused by `pre`. */
export function noting(steps: string[]): Extension {
  const note: Note = (step) => void steps.push(step);
  return { modules: [approver(note), uploader(note), downloader(note)] };
}

function refuse(text: string): void {
  if (text === 'refused') throw new Error('refused by a user');
}

function ended(outcome: Outcome<unknown>): string {
  return 'result' in outcome ? 'well' : 'badly';
}

function approver(note: Note): Definition {
  class NotingApprover extends ApproverModule {
    override async preCreateBucketApproval(task: CreateBucketApprovalTask): Promise<void> {
      note('pre approval');
      refuse(task.create_bucket_info.bucket_name);
      await super.preCreateBucketApproval(task);
    }

    override async handleCreateBucketApproval(task: CreateBucketApprovalTask): Promise<CreateBucketApprovalTask> {
      note('handle approval');
      return super.handleCreateBucketApproval(task);
    }

    override async postCreateBucketApproval(
      _task: CreateBucketApprovalTask,
      outcome: Outcome<CreateBucketApprovalTask>,
    ): Promise<void> {
      note(`post approval ${ended(outcome)}`);
    }
  }
  return {
    ...{ name: 'approver', serves: 'approver', description: 'Ours, noted.' },
    create: async ({ settings: { operatorAddress }, client, logger, foundations }) => {
      const { consensus, secondaries: providers } = foundations;
      const spdb = await foundations.spdb();
      return new NotingApprover({ operatorAddress }, { client, consensus, spdb, providers, logger });
    },
  };
}

function uploader(note: Note): Definition {
  class NotingUploader extends UploaderModule {
    override async preUploadObject(upload: Upload): Promise<void> {
      note('pre upload');
      refuse(upload.task.object_info.content_type);
      await super.preUploadObject(upload);
    }

    override async handleUploadObject(upload: Upload): Promise<void> {
      note('handle upload');
      await super.handleUploadObject(upload);
    }

    override async postUploadObject(_upload: Upload, outcome: Outcome<void>): Promise<void> {
      note(`post upload ${ended(outcome)}`);
    }
  }
  return {
    ...{ name: 'uploader', serves: 'uploader', description: 'Ours, noted.' },
    async create({ client, logger, resources, foundations }) {
      const { consensus, pieceMaker, secondaries } = foundations;
      const spdb = await foundations.spdb();
      const pieceStore = await foundations.pieceStore();
      return new NotingUploader(
        {},
        { client, consensus, logger, resources, spdb, pieceMaker, secondaries, pieceStore },
      );
    },
  };
}

function downloader(note: Note): Definition {
  class NotingDownloader extends DownloaderModule {
    override async preDownloadObject(task: DownloadObjectTask): Promise<void> {
      note('pre download');
      refuse(task.object_info.content_type);
      await super.preDownloadObject(task);
    }

    override async handleDownloadObject(task: DownloadObjectTask): Promise<ByteStream> {
      note('handle download');
      return super.handleDownloadObject(task);
    }

    override async postDownloadObject(_task: DownloadObjectTask, outcome: Outcome<ByteStream>): Promise<void> {
      note(`post download ${ended(outcome)}`);
    }
  }
  return {
    ...{ name: 'downloader', serves: 'downloader', description: 'Ours, noted.' },
    async create({ settings: { operatorAddress }, logger, resources, foundations }) {
      const { consensus } = foundations;
      const spdb = await foundations.spdb();
      const pieceStore = await foundations.pieceStore();
      return new NotingDownloader({ operatorAddress }, { consensus, spdb, pieceStore, resources, logger });
    },
  };
}
