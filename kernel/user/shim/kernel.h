/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of the kernel's interface that the core and the message code use, in user space. What is
 *here behaves as in the kernel (6.1), bytes on the wire included; what is not here is not used.
 *
 *	basics.h	types, byte order, arithmetic, warnings
 *	list.h		lists, with their RCU variants
 *	sync.h		RCU, locks, atomic counters: for one thread, but checked for the rules of
 *many memory.h	allocation, with failures on demand jhash.h		hashing inet.h
 *addresses, next hops in an attribute skbuff.h	socket buffers nlattr.h	attributes and their
 *policies, extended acknowledgements netlink.h	messages, acknowledgements, dumps, groups wire.h
 *what lies below: how a datagram comes in and goes out. For a server, a test or a fuzzer.
 */
#ifndef _RTMGR_USER_KERNEL_H
#define _RTMGR_USER_KERNEL_H

#include "basics.h"
#include "list.h"
#include "sync.h"
#include "memory.h"
#include "jhash.h"
#include "inet.h"
#include "skbuff.h"
#include "nlattr.h"
#include "netlink.h"

#endif
