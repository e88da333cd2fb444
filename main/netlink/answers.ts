// SPDX-License-Identifier: MIT
// The kernel's verdicts as errors of the contract: NLMSG_ERROR and the error that NLMSG_DONE may carry.
import { getSystemErrorMap } from 'node:util';
import type { AppError } from '../../app/contract/index.ts';
import { littleEndian } from '../codec/bytes.ts';
import { NLMSG_DONE, NLMSG_HDRLEN } from './constants.ts';

export interface Verdict {
  /** Positive; 0: success. */
  errno: number;
  /** The kernel's sentence; with errno 0 a warning. */
  extack: string | undefined;
  offset: number | undefined;
}

const FLAG_CAPPED = 0x100;
const FLAG_TLVS = 0x200;

/** Reads the NLMSG_ERROR or NLMSG_DONE that stands in `bytes` from `at` to `end`. A DONE too short for an errno is a success. */
export function readVerdict(bytes: Uint8Array, at: number, end: number): Verdict {
  const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const verdict: Verdict = { errno: 0, extack: undefined, offset: undefined };
  if (end - at < NLMSG_HDRLEN + 4) return verdict;
  const flags = v.getUint16(at + 6, littleEndian);
  verdict.errno = Math.abs(v.getInt32(at + NLMSG_HDRLEN, littleEndian));
  if (!(flags & FLAG_TLVS)) return verdict;
  let tlv = at + NLMSG_HDRLEN + 4;
  if (v.getUint16(at + 4, littleEndian) !== NLMSG_DONE) {
    if (tlv + NLMSG_HDRLEN > end) return verdict;
    const echoed = flags & FLAG_CAPPED ? NLMSG_HDRLEN : v.getUint32(tlv, littleEndian);
    tlv += (echoed + 3) & ~3;
  }
  while (tlv + 4 <= end) {
    const length = v.getUint16(tlv, littleEndian);
    const type = v.getUint16(tlv + 2, littleEndian) & 0x3fff;
    if (length < 4 || tlv + length > end) break;
    if (type === 1) {
      const text = new TextDecoder().decode(bytes.subarray(tlv + 4, tlv + length));
      verdict.extack = text.replace(/\0+$/, '');
    } else if (type === 2 && length >= 8) verdict.offset = v.getUint32(tlv + 4, littleEndian);
    tlv += (length + 3) & ~3;
  }
  return verdict;
}

/** The error that a verdict other than success is. Who knows more of the request makes better words of it. */
export function kernelError(verdict: Verdict): AppError {
  const { errno, extack, offset } = verdict;
  const [errnoName, errnoText] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, `error ${errno}`];
  return {
    kind: 'kernel',
    errno,
    errnoName,
    errnoText,
    ...(extack === undefined ? {} : { extack }),
    ...(offset === undefined ? {} : { offset }),
    what: 'The kernel refused the request',
    why: extack ?? errnoText,
  };
}

/** The kernel's answer was dropped (ENOBUFS) or did not fit: what became of the request is not known. */
export const lostAnswer = (why: string): AppError => ({
  kind: 'syscall',
  call: 'recvmsg',
  errno: 105,
  errnoName: 'ENOBUFS',
  what: 'The answer of the kernel was lost',
  why,
  wayOut: 'Look at the table before you ask again: the change may have been made',
});
