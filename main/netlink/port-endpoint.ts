// SPDX-License-Identifier: MIT
// An Endpoint over the two ports that lead to the sender and the receiver thread, for whichever thread got them.
import type { DatagramBatch, Endpoint, SocketTrouble } from './endpoint.ts';
import type { EndpointParts } from './endpoint-parts.ts';
import type { SendOrder } from './worker-messages.ts';

/** Takes the parts over. What arrives before a listener is set waits in the ports. */
export function endpointFromParts(parts: EndpointParts): Endpoint {
  const { sender, receiver } = parts;
  let sent = 0;
  let gone = false;
  let onTrouble: (trouble: SocketTrouble) => void = () => {};

  const lost = (): void => {
    if (gone) return;
    gone = true;
    sender.close();
    receiver.close();
    onTrouble({ kind: 'lost', call: 'close', errno: 0, errnoName: '' });
  };
  return {
    name: parts.name,
    portId: parts.portId,
    receiveBuffer: parts.receiveBuffer,
    send(bytes) {
      const order: SendOrder = { datagram: ++sent, bytes };
      sender.postMessage(order, [bytes.buffer]);
      return order.datagram;
    },
    onDatagrams(listener) {
      receiver.on('message', (message: DatagramBatch | SocketTrouble) => {
        if (!('kind' in message)) listener(message);
        else onTrouble(message);
      });
    },
    onTrouble(listener) {
      onTrouble = listener;
      sender.on('message', (trouble: SocketTrouble) => onTrouble(trouble));
      sender.once('close', lost);
      receiver.once('close', lost);
    },
  };
}
