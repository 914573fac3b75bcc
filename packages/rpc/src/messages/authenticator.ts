/** `reference/internal-grpc.md` §3.2. */
import { define } from '@prairie/chain';
import type { TaskError } from '@prairie/gfsp';

export interface AuthenticationRequest {
  auth_type: number;
  user_account: string;
  bucket_name: string;
  object_name: string;
}
export const AuthenticationRequest = define<AuthenticationRequest>('base.types.gfspserver.GfSpAuthenticationRequest', {
  auth_type: [1, 'int32'],
  user_account: [2, 'string'],
  bucket_name: [3, 'string'],
  object_name: [4, 'string'],
});

export interface AuthenticationResponse {
  err: TaskError | undefined;
  allowed: boolean;
}
export const AuthenticationResponse = define<AuthenticationResponse>(
  'base.types.gfspserver.GfSpAuthenticationResponse',
  {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    allowed: [2, 'bool'],
  },
);

/** What a call answers that only works or fails. */
interface ResultResponse {
  err: TaskError | undefined;
  result: boolean;
}
const resultResponse = (name: string) =>
  define<ResultResponse>(`base.types.gfspserver.${name}`, {
    err: [1, 'base.types.gfsperrors.GfSpError'],
    result: [2, 'bool'],
  });

/** Whose keys, and for which application. */
interface Scope {
  account_id: string;
  domain: string;
}
const scope = { account_id: [1, 'string'], domain: [2, 'string'] } as const;

export type GetAuthNonceRequest = Scope;
export const GetAuthNonceRequest = define<GetAuthNonceRequest>('base.types.gfspserver.GetAuthNonceRequest', scope);

export interface GetAuthNonceResponse {
  err: TaskError | undefined;
  current_nonce: number;
  next_nonce: number;
  current_public_key: string;
  expiry_date: bigint;
}
export const GetAuthNonceResponse = define<GetAuthNonceResponse>('base.types.gfspserver.GetAuthNonceResponse', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  current_nonce: [2, 'int32'],
  next_nonce: [3, 'int32'],
  current_public_key: [4, 'string'],
  expiry_date: [5, 'int64'],
});

export interface UpdateUserPublicKeyRequest extends Scope {
  /** Of the registration before. */
  current_nonce: number;
  nonce: number;
  user_public_key: string;
  expiry_date: bigint;
}
export const UpdateUserPublicKeyRequest = define<UpdateUserPublicKeyRequest>(
  'base.types.gfspserver.UpdateUserPublicKeyRequest',
  {
    ...scope,
    current_nonce: [3, 'int32'],
    nonce: [4, 'int32'],
    user_public_key: [5, 'string'],
    expiry_date: [6, 'int64'],
  },
);
export const UpdateUserPublicKeyResponse = resultResponse('UpdateUserPublicKeyResponse');

export interface VerifyGNFD1EddsaSignatureRequest extends Scope {
  off_chain_sig: string;
  real_msg_to_sign: Uint8Array;
}
export const VerifyGNFD1EddsaSignatureRequest = define<VerifyGNFD1EddsaSignatureRequest>(
  'base.types.gfspserver.VerifyGNFD1EddsaSignatureRequest',
  { ...scope, off_chain_sig: [3, 'string'], real_msg_to_sign: [4, 'bytes'] },
);
export const VerifyGNFD1EddsaSignatureResponse = resultResponse('VerifyGNFD1EddsaSignatureResponse');

export interface GetAuthKeyV2Request extends Scope {
  user_public_key: string;
}
export const GetAuthKeyV2Request = define<GetAuthKeyV2Request>('base.types.gfspserver.GetAuthKeyV2Request', {
  ...scope,
  user_public_key: [3, 'string'],
});

export interface GetAuthKeyV2Response {
  err: TaskError | undefined;
  public_key: string;
  expiry_date: bigint;
}
export const GetAuthKeyV2Response = define<GetAuthKeyV2Response>('base.types.gfspserver.GetAuthKeyV2Response', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  public_key: [2, 'string'],
  expiry_date: [3, 'int64'],
});

export type ListAuthKeysV2Request = Scope;
export const ListAuthKeysV2Request = define<ListAuthKeysV2Request>(
  'base.types.gfspserver.ListAuthKeysV2Request',
  scope,
);

export interface ListAuthKeysV2Response {
  err: TaskError | undefined;
  public_keys: string[];
}
export const ListAuthKeysV2Response = define<ListAuthKeysV2Response>('base.types.gfspserver.ListAuthKeysV2Response', {
  err: [1, 'base.types.gfsperrors.GfSpError'],
  public_keys: [2, 'string[]'],
});

export interface DeleteAuthKeysV2Request extends Scope {
  public_keys: string[];
}
export const DeleteAuthKeysV2Request = define<DeleteAuthKeysV2Request>(
  'base.types.gfspserver.DeleteAuthKeysV2Request',
  { ...scope, public_keys: [3, 'string[]'] },
);
export const DeleteAuthKeysV2Response = resultResponse('DeleteAuthKeysV2Response');

export interface UpdateUserPublicKeyV2Request extends Scope {
  user_public_key: string;
  expiry_date: bigint;
}
export const UpdateUserPublicKeyV2Request = define<UpdateUserPublicKeyV2Request>(
  'base.types.gfspserver.UpdateUserPublicKeyV2Request',
  { ...scope, user_public_key: [3, 'string'], expiry_date: [4, 'int64'] },
);
export const UpdateUserPublicKeyV2Response = resultResponse('UpdateUserPublicKeyV2Response');

export interface VerifyGNFD2EddsaSignatureRequest extends Scope {
  user_public_key: string;
  off_chain_sig: string;
  real_msg_to_sign: Uint8Array;
}
export const VerifyGNFD2EddsaSignatureRequest = define<VerifyGNFD2EddsaSignatureRequest>(
  'base.types.gfspserver.VerifyGNFD2EddsaSignatureRequest',
  { ...scope, user_public_key: [3, 'string'], off_chain_sig: [4, 'string'], real_msg_to_sign: [5, 'bytes'] },
);
export const VerifyGNFD2EddsaSignatureResponse = resultResponse('VerifyGNFD2EddsaSignatureResponse');
