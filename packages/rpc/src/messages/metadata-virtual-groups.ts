/** Virtual groups and providers, `reference/internal-grpc.md` §3.11. */
import { define, type greenfieldSp, type greenfieldVirtualgroup } from '@prairie/chain';

export interface ListVirtualGroupFamiliesBySpIDRequest {
  sp_id: number;
}
export const ListVirtualGroupFamiliesBySpIDRequest = define<ListVirtualGroupFamiliesBySpIDRequest>(
  'modular.metadata.types.GfSpListVirtualGroupFamiliesBySpIDRequest',
  {
    sp_id: [1, 'uint32'],
  },
);

export interface ListVirtualGroupFamiliesBySpIDResponse {
  global_virtual_group_families: greenfieldVirtualgroup.GlobalVirtualGroupFamily[];
}
export const ListVirtualGroupFamiliesBySpIDResponse = define<ListVirtualGroupFamiliesBySpIDResponse>(
  'modular.metadata.types.GfSpListVirtualGroupFamiliesBySpIDResponse',
  {
    global_virtual_group_families: [1, 'greenfield.virtualgroup.GlobalVirtualGroupFamily[]'],
  },
);

export interface GetVirtualGroupFamilyRequest {
  vgf_id: number;
}
export const GetVirtualGroupFamilyRequest = define<GetVirtualGroupFamilyRequest>(
  'modular.metadata.types.GfSpGetVirtualGroupFamilyRequest',
  {
    vgf_id: [1, 'uint32'],
  },
);

export interface GetVirtualGroupFamilyResponse {
  vgf: greenfieldVirtualgroup.GlobalVirtualGroupFamily | undefined;
}
export const GetVirtualGroupFamilyResponse = define<GetVirtualGroupFamilyResponse>(
  'modular.metadata.types.GfSpGetVirtualGroupFamilyResponse',
  {
    vgf: [1, 'greenfield.virtualgroup.GlobalVirtualGroupFamily'],
  },
);

export interface GetGlobalVirtualGroupByGvgIDRequest {
  gvg_id: number;
}
export const GetGlobalVirtualGroupByGvgIDRequest = define<GetGlobalVirtualGroupByGvgIDRequest>(
  'modular.metadata.types.GfSpGetGlobalVirtualGroupByGvgIDRequest',
  {
    gvg_id: [1, 'uint32'],
  },
);

export interface GetGlobalVirtualGroupByGvgIDResponse {
  global_virtual_group: greenfieldVirtualgroup.GlobalVirtualGroup | undefined;
}
export const GetGlobalVirtualGroupByGvgIDResponse = define<GetGlobalVirtualGroupByGvgIDResponse>(
  'modular.metadata.types.GfSpGetGlobalVirtualGroupByGvgIDResponse',
  {
    global_virtual_group: [1, 'greenfield.virtualgroup.GlobalVirtualGroup'],
  },
);

export interface GetGlobalVirtualGroupRequest {
  bucket_id: bigint;
  lvg_id: number;
}
export const GetGlobalVirtualGroupRequest = define<GetGlobalVirtualGroupRequest>(
  'modular.metadata.types.GfSpGetGlobalVirtualGroupRequest',
  {
    bucket_id: [1, 'uint64'],
    lvg_id: [2, 'uint32'],
  },
);

export interface GetGlobalVirtualGroupResponse {
  gvg: greenfieldVirtualgroup.GlobalVirtualGroup | undefined;
}
export const GetGlobalVirtualGroupResponse = define<GetGlobalVirtualGroupResponse>(
  'modular.metadata.types.GfSpGetGlobalVirtualGroupResponse',
  {
    gvg: [1, 'greenfield.virtualgroup.GlobalVirtualGroup'],
  },
);

export interface ListGlobalVirtualGroupsBySecondarySPRequest {
  sp_id: number;
}
export const ListGlobalVirtualGroupsBySecondarySPRequest = define<ListGlobalVirtualGroupsBySecondarySPRequest>(
  'modular.metadata.types.GfSpListGlobalVirtualGroupsBySecondarySPRequest',
  {
    sp_id: [1, 'uint32'],
  },
);

export interface ListGlobalVirtualGroupsBySecondarySPResponse {
  groups: greenfieldVirtualgroup.GlobalVirtualGroup[];
}
export const ListGlobalVirtualGroupsBySecondarySPResponse = define<ListGlobalVirtualGroupsBySecondarySPResponse>(
  'modular.metadata.types.GfSpListGlobalVirtualGroupsBySecondarySPResponse',
  {
    groups: [1, 'greenfield.virtualgroup.GlobalVirtualGroup[]'],
  },
);

export interface ListGlobalVirtualGroupsByBucketRequest {
  bucket_id: bigint;
}
export const ListGlobalVirtualGroupsByBucketRequest = define<ListGlobalVirtualGroupsByBucketRequest>(
  'modular.metadata.types.GfSpListGlobalVirtualGroupsByBucketRequest',
  {
    bucket_id: [1, 'uint64'],
  },
);

export interface ListGlobalVirtualGroupsByBucketResponse {
  groups: greenfieldVirtualgroup.GlobalVirtualGroup[];
}
export const ListGlobalVirtualGroupsByBucketResponse = define<ListGlobalVirtualGroupsByBucketResponse>(
  'modular.metadata.types.GfSpListGlobalVirtualGroupsByBucketResponse',
  {
    groups: [1, 'greenfield.virtualgroup.GlobalVirtualGroup[]'],
  },
);

export interface GetSPInfoRequest {
  operator_address: string;
}
export const GetSPInfoRequest = define<GetSPInfoRequest>('modular.metadata.types.GfSpGetSPInfoRequest', {
  operator_address: [1, 'string'],
});

export interface GetSPInfoResponse {
  storage_provider: greenfieldSp.StorageProvider | undefined;
}
export const GetSPInfoResponse = define<GetSPInfoResponse>('modular.metadata.types.GfSpGetSPInfoResponse', {
  storage_provider: [1, 'greenfield.sp.StorageProvider'],
});

export interface GetEndpointBySpIDRequest {
  sp_id: number;
}
export const GetEndpointBySpIDRequest = define<GetEndpointBySpIDRequest>(
  'modular.metadata.types.GfSpGetEndpointBySpIDRequest',
  {
    sp_id: [1, 'uint32'],
  },
);

export interface GetEndpointBySpIDResponse {
  endpoint: string;
}
export const GetEndpointBySpIDResponse = define<GetEndpointBySpIDResponse>(
  'modular.metadata.types.GfSpGetEndpointBySpIDResponse',
  {
    endpoint: [1, 'string'],
  },
);
