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
