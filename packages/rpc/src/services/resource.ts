import { baseErrors } from '@prairie/gfsp';
import {
  QueryResourceLimitRequest,
  QueryResourceLimitResponse,
  SetResourceLimitRequest,
  SetResourceLimitResponse,
} from '../messages/resource.ts';
import { defineRpc, serve, unary } from '../method.ts';

/** Served in every process, and refused in every one, as the reference does (`reference/internal-grpc.md` §3). */
export const resourceService = defineRpc('base.types.gfspserver.GfSpResourceService', {
  GfSpSetResourceLimit: unary(SetResourceLimitRequest, SetResourceLimitResponse),
  GfSpQueryResourceLimit: unary(QueryResourceLimitRequest, QueryResourceLimitResponse),
});

const refuse = async (): Promise<never> => {
  throw baseErrors.futureSupport();
};

export const serveResource = () =>
  serve(resourceService, { GfSpSetResourceLimit: refuse, GfSpQueryResourceLimit: refuse });
