// SPDX-License-Identifier: MIT
// struct rtnl_link_stats64 (linux/if_link.h): the counters of an interface.
import { field, struct, u64 } from '../schema.ts';

export const linkStats64 = struct('struct rtnl_link_stats64', 200, 'Counters of an interface.', {
  rx_packets: field(0, u64(), 'Good packets received.'),
  tx_packets: field(8, u64(), 'Packets sent.'),
  rx_bytes: field(16, u64(), 'Good bytes received.'),
  tx_bytes: field(24, u64(), 'Bytes sent.'),
  rx_errors: field(32, u64(), 'Bad packets received.'),
  tx_errors: field(40, u64(), 'Packets that could not be sent.'),
  rx_dropped: field(48, u64(), 'Packets received and thrown away, e.g. because nobody wanted the protocol.'),
  tx_dropped: field(56, u64(), 'Packets thrown away on their way out.'),
  multicast: field(64, u64(), 'Multicast packets received.'),
  collisions: field(72, u64(), 'Collisions while sending.'),
  rx_length_errors: field(80, u64(), 'Packets of a wrong length.'),
  rx_over_errors: field(88, u64(), 'Packets too large for the buffers.'),
  rx_crc_errors: field(96, u64(), 'Packets with a wrong checksum.'),
  rx_frame_errors: field(104, u64(), 'Packets with wrong alignment.'),
  rx_fifo_errors: field(112, u64(), 'Overflows of the receive queue.'),
  rx_missed_errors: field(120, u64(), 'Packets missed for lack of buffers.'),
  tx_aborted_errors: field(128, u64(), 'Transmissions given up.'),
  tx_carrier_errors: field(136, u64(), 'Transmissions lost with the carrier.'),
  tx_fifo_errors: field(144, u64(), 'Underruns of the transmit queue.'),
  tx_heartbeat_errors: field(152, u64(), 'Heartbeat errors of old Ethernet.'),
  tx_window_errors: field(160, u64(), 'Late collisions.'),
  rx_compressed: field(168, u64(), 'Compressed packets received.'),
  tx_compressed: field(176, u64(), 'Compressed packets sent.'),
  rx_nohandler: field(184, u64(), 'Packets that the stack did not take on this interface.'),
  rx_otherhost_dropped: field(192, u64(), 'Packets for the hardware address of another machine.'),
});
