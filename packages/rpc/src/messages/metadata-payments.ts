/** Payments and incomes, `reference/internal-grpc.md` §3.11. */
import { define, type greenfieldPayment } from '@prairie/chain';
import type { PaymentAccountRecord } from '@prairie/gfsp';
import type { MetadataBucket } from './metadata.ts';

export interface GetPaymentByBucketNameRequest {
  bucket_name: string;
  include_private: boolean;
}
export const GetPaymentByBucketNameRequest = define<GetPaymentByBucketNameRequest>(
  'modular.metadata.types.GfSpGetPaymentByBucketNameRequest',
  {
    bucket_name: [1, 'string'],
    include_private: [2, 'bool'],
  },
);

export interface GetPaymentByBucketNameResponse {
  stream_record: greenfieldPayment.StreamRecord | undefined;
}
export const GetPaymentByBucketNameResponse = define<GetPaymentByBucketNameResponse>(
  'modular.metadata.types.GfSpGetPaymentByBucketNameResponse',
  {
    stream_record: [1, 'greenfield.payment.StreamRecord'],
  },
);

export interface GetPaymentByBucketIDRequest {
  bucket_id: bigint;
  include_private: boolean;
}
export const GetPaymentByBucketIDRequest = define<GetPaymentByBucketIDRequest>(
  'modular.metadata.types.GfSpGetPaymentByBucketIDRequest',
  {
    bucket_id: [1, 'int64'],
    include_private: [2, 'bool'],
  },
);

export interface GetPaymentByBucketIDResponse {
  stream_record: greenfieldPayment.StreamRecord | undefined;
}
export const GetPaymentByBucketIDResponse = define<GetPaymentByBucketIDResponse>(
  'modular.metadata.types.GfSpGetPaymentByBucketIDResponse',
  {
    stream_record: [1, 'greenfield.payment.StreamRecord'],
  },
);

export interface ListPaymentAccountStreamsRequest {
  payment_account: string;
}
export const ListPaymentAccountStreamsRequest = define<ListPaymentAccountStreamsRequest>(
  'modular.metadata.types.GfSpListPaymentAccountStreamsRequest',
  {
    payment_account: [1, 'string'],
  },
);

export interface ListPaymentAccountStreamsResponse {
  buckets: MetadataBucket[];
}
export const ListPaymentAccountStreamsResponse = define<ListPaymentAccountStreamsResponse>(
  'modular.metadata.types.GfSpListPaymentAccountStreamsResponse',
  {
    buckets: [1, 'modular.metadata.types.Bucket[]'],
  },
);

export interface ListUserPaymentAccountsRequest {
  account_id: string;
}
export const ListUserPaymentAccountsRequest = define<ListUserPaymentAccountsRequest>(
  'modular.metadata.types.GfSpListUserPaymentAccountsRequest',
  {
    account_id: [1, 'string'],
  },
);

export interface ListUserPaymentAccountsResponse {
  payment_accounts: PaymentAccountRecord[];
}
export const ListUserPaymentAccountsResponse = define<ListUserPaymentAccountsResponse>(
  'modular.metadata.types.GfSpListUserPaymentAccountsResponse',
  {
    payment_accounts: [2, 'modular.metadata.types.PaymentAccountMeta[]'],
  },
);

export interface PrimarySpIncomeDetail {
  vgf_id: number;
  stream_record: greenfieldPayment.StreamRecord;
  /** Decimal digits. */
  income: Uint8Array;
}
export const PrimarySpIncomeDetail = define<PrimarySpIncomeDetail>('modular.metadata.types.PrimarySpIncomeDetail', {
  vgf_id: [1, 'uint32'],
  stream_record: [2, 'greenfield.payment.StreamRecord!'],
  income: [3, 'bytes'],
});

export interface PrimarySpIncomeDetailsRequest {
  sp_id: number;
}
export const PrimarySpIncomeDetailsRequest = define<PrimarySpIncomeDetailsRequest>(
  'modular.metadata.types.GfSpPrimarySpIncomeDetailsRequest',
  {
    sp_id: [1, 'uint32'],
  },
);

export interface PrimarySpIncomeDetailsResponse {
  current_timestamp: bigint;
  primary_sp_income_details: PrimarySpIncomeDetail[];
}
export const PrimarySpIncomeDetailsResponse = define<PrimarySpIncomeDetailsResponse>(
  'modular.metadata.types.GfSpPrimarySpIncomeDetailsResponse',
  {
    current_timestamp: [1, 'int64'],
    primary_sp_income_details: [2, 'modular.metadata.types.PrimarySpIncomeDetail[]'],
  },
);

export interface SecondarySpIncomeDetail {
  gvg_id: number;
  stream_record: greenfieldPayment.StreamRecord;
  /** Decimal digits. */
  income: Uint8Array;
}
export const SecondarySpIncomeDetail = define<SecondarySpIncomeDetail>(
  'modular.metadata.types.SecondarySpIncomeDetail',
  {
    gvg_id: [1, 'uint32'],
    stream_record: [2, 'greenfield.payment.StreamRecord!'],
    income: [3, 'bytes'],
  },
);

export interface SecondarySpIncomeDetailsRequest {
  sp_id: number;
}
export const SecondarySpIncomeDetailsRequest = define<SecondarySpIncomeDetailsRequest>(
  'modular.metadata.types.GfSpSecondarySpIncomeDetailsRequest',
  {
    sp_id: [1, 'uint32'],
  },
);

export interface SecondarySpIncomeDetailsResponse {
  current_timestamp: bigint;
  secondary_sp_income_details: SecondarySpIncomeDetail[];
}
export const SecondarySpIncomeDetailsResponse = define<SecondarySpIncomeDetailsResponse>(
  'modular.metadata.types.GfSpSecondarySpIncomeDetailsResponse',
  {
    current_timestamp: [1, 'int64'],
    secondary_sp_income_details: [2, 'modular.metadata.types.SecondarySpIncomeDetail[]'],
  },
);
