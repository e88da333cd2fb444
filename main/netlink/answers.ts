// SPDX-License-Identifier: MIT
// The kernel's verdicts as errors of the contract: NLMSG_ERROR and the error that NLMSG_DONE may carry.
import type { AppError } from '../../app/contract/index.ts';
import { ENOBUFS } from '../codec/errno.ts';
import { decodeError, errnoName, errnoText, littleEndian, viewOf, HEADER_LENGTH } from '../codec/index.ts';

/** The kernel's word on a request. */
export interface Answered {
  /** Positive; 0: success. */
  errno: number;
  /** The kernel's sentence; with errno 0 a warning. */
  extack?: string;
  /** Offset in bytes of the attribute at fault, from the start of the request. */
  offset?: number;
  /** The name of that attribute, or of one that is missing. */
  attribute?: string;
  /** NLMSGERR_ATTR_COOKIE: of a refused batch of rtmgr, which message it was. */
  cookie?: Uint8Array;
}

/**
 * Reads the NLMSG_ERROR or NLMSG_DONE that stands in `bytes` from `at` to `end`. Of one that is damaged the errno is
 * taken all the same.
 */
export function readAnswer(bytes: Uint8Array, at: number, end: number): Answered {
  const message = bytes.subarray(at, end);
  // a message of rtmgr's own is only ever sent to rtmgr
  const decoded = decodeError(message, undefined, 'rtmgr');
  if (!decoded.ok) {
    const whole = message.byteLength >= HEADER_LENGTH + 4;
    return { errno: whole ? Math.abs(viewOf(message).getInt32(HEADER_LENGTH, littleEndian)) : 0 };
  }
  const { errno, message: extack, offset, attribute, missing, cookie } = decoded.value;
  const name = attribute[attribute.length - 1] ?? missing?.name;
  return {
    errno,
    ...(extack === null ? {} : { extack }),
    ...(offset === null ? {} : { offset }),
    ...(name === undefined ? {} : { attribute: name }),
    ...(cookie === null ? {} : { cookie }),
  };
}

/** The error that a verdict other than success is. Who knows more of the request makes better words of it. */
export function kernelError(answered: Answered): AppError {
  const text = errnoText(answered.errno);
  const { cookie: _, ...told } = answered;
  return {
    kind: 'kernel',
    ...told,
    errnoName: errnoName(answered.errno),
    errnoText: text,
    what: 'The kernel refused the request',
    why: answered.extack ?? text,
  };
}

/** The kernel's answer was dropped (ENOBUFS) or did not fit: what became of the request is not known. */
export const lostAnswer = (why: string): AppError => ({
  kind: 'syscall',
  call: 'recvmsg',
  errno: ENOBUFS,
  errnoName: errnoName(ENOBUFS),
  what: 'The answer of the kernel was lost',
  why,
  wayOut: 'Look at the table before you ask again: the change may have been made',
});

export const DROPPED = 'The receive buffer of the socket was full, and the kernel dropped messages';

/** The other end of a relay was closed. Whoever knows why says more. */
export const HELPER_ENDED: AppError = {
  kind: 'unavailable',
  what: 'The helper that wrote for this program has ended',
  why: 'A change that was just under way may have been made, and not put back',
  wayOut: 'Look at the table, then unlock editing again',
};
