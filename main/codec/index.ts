// SPDX-License-Identifier: MIT
// The netlink codec: tables of what is on the wire, and what reads them.
export { align4, littleEndian, viewOf } from './bytes.ts';
export type { DecodeError, Result } from './bytes.ts';
export { errnoName, errnoText, ERRNO } from './errno.ts';
export { fieldTree } from './field-tree.ts';
export type { TreeOptions } from './field-tree.ts';
export { summarize } from './summarize.ts';
export { decodeAddr, decodeLink } from './link.ts';
export type { AddressInfo, LinkInfo } from './link.ts';
export * from './names.ts';
export { loadNames, parseNames } from './names-files.ts';
export { decodeBatchCookie, decodeFlushed, decodeHello, decodeMirrored, decodeStats } from './rtmgr.ts';
export type { Hello, Mirrored, Stats, StatsName } from './rtmgr.ts';
export { decodeError, placeAt } from './verdict.ts';
export type { Verdict } from './verdict.ts';
export { cascade, encodeMessage } from './encode.ts';
export type { AttributeValue, EncodeValue, MessageValue, StructValues } from './encode.ts';
export { attributes, messages, readHeader, walkAttributes, stampHeader, HEADER_LENGTH } from './messages.ts';
export type { Header, RawAttribute } from './messages.ts';
export { addressLength, allFlags, decodeRoute, encodeRoute, isRouteMessage, RTNH_F_MASK } from './route.ts';
export { decodeRouteInto, readHops, readMetrics, FAST_ERRORS } from './route-fast.ts';
export type { HopRecord } from './route-fast.ts';
export { newRouteRecord } from './route-record.ts';
export type { RouteRecord } from './route-record.ts';
export type { HopSpec, RouteSpec } from './route-spec.ts';
export * from './tables/index.ts';
