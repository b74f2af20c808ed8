import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { isIpv6 } from "../lab-addresses.ts";
import { answerDnsQuery, type DnsAddresses } from "./dns-answer.ts";

/**
 * DNS on one address over UDP and TCP. One socket per address: a reply from a
 * wildcard socket could leave from another address than was asked.
 */
export async function startDnsServer(address: string, answers: DnsAddresses): Promise<void> {
  const udp = createSocket(isIpv6(address) ? "udp6" : "udp4");
  udp.on("message", (query, from) => {
    const reply = answerDnsQuery(query, answers);
    if (reply !== undefined) udp.send(reply, from.port, from.address, () => undefined);
  });
  udp.bind(53, address);
  await once(udp, "listening");
  udp.on("error", () => undefined);
  const tcp = createServer((socket) => serveTcp(socket, answers)).listen(53, address);
  await once(tcp, "listening");
}

function serveTcp(socket: Socket, answers: DnsAddresses): void {
  let pending = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      const reply = answerDnsQuery(pending.subarray(2, end), answers);
      pending = pending.subarray(end);
      if (reply === undefined) return void socket.destroy();
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([length, reply]));
    }
  });
}
