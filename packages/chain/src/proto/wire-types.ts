/** How each scalar is written (protobuf encoding, wire types 0, 1, 2 and 5). */
import type { Scalar } from './define.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;

export const wireTypes: Record<Scalar, number> = {
  string: LENGTH,
  bytes: LENGTH,
  integer: LENGTH,
  decimal: LENGTH,
  bool: VARINT,
  int32: VARINT,
  uint32: VARINT,
  int64: VARINT,
  uint64: VARINT,
  fixed32: FIXED32,
  sfixed32: FIXED32,
  float: FIXED32,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  double: FIXED64,
};
