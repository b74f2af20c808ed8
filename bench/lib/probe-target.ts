import { createSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { monotonicMs } from "./monotonic.ts";
import type { ProbeOrder } from "./probe-messages.ts";

export type Probe = {
  /** When the packet that the engine should drop was sent. */
  sentAt: number;
  answered: boolean;
};

/** One request on a socket of its own, so that no verdict about an earlier one is inherited. */
export function probe({ kind, value, server }: ProbeOrder, withinMs: number): Promise<Probe> {
  switch (kind) {
    case "ipv4":
    case "ipv6":
      return probeAddress(value, withinMs);
    case "domain":
      return probeName(value, server, withinMs);
    case "url":
      return probeUrl(value, server, withinMs);
  }
}

/** A TCP connection; a dropped SYN is sent again only after a second, so it does not count twice. */
function probeAddress(address: string, withinMs: number): Promise<Probe> {
  return new Promise((resolve) => {
    const sentAt = monotonicMs();
    const socket = connect({ host: address, port: 80 });
    const end = (answered: boolean) => {
      clearTimeout(timer);
      close(socket);
      resolve({ sentAt, answered });
    };
    const timer = setTimeout(() => end(false), withinMs);
    socket.once("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}

/** A DNS query for the A record over UDP (RFC 1035). */
function probeName(name: string, server: string, withinMs: number): Promise<Probe> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    let sentAt = 0;
    const end = (answered: boolean) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.close();
      resolve({ sentAt, answered });
    };
    const timer = setTimeout(() => end(false), withinMs);
    socket.once("message", () => end(true));
    socket.once("error", () => end(false));
    socket.bind(0, () => {
      sentAt = monotonicMs();
      socket.send(query(name), 53, server);
    });
  });
}

function query(name: string): Buffer {
  const labels = name.split(".").map((label) => {
    const bytes = Buffer.from(label, "latin1");
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  });
  const header = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
}

/** A GET of the URL, given without its scheme, from the lab's server. */
function probeUrl(url: string, server: string, withinMs: number): Promise<Probe> {
  const { host, pathname } = new URL(`http://${url}`);
  return new Promise((resolve) => {
    let sentAt = monotonicMs();
    const socket = connect({ host: server, port: 80 });
    const end = (answered: boolean) => {
      clearTimeout(timer);
      close(socket);
      resolve({ sentAt, answered });
    };
    const timer = setTimeout(() => end(false), withinMs);
    socket.once("connect", () => {
      sentAt = monotonicMs();
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.once("data", () => end(true));
    socket.on("error", () => end(false));
  });
}

/** Without TIME_WAIT, and without the retries of a connection that nobody answers. */
function close(socket: Socket): void {
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
