import { createSocket } from "node:dgram";
import { get } from "node:http";
import { connect } from "node:net";
import type { ProbeOrder } from "./probe-messages.ts";

/** One request on a connection of its own; resolves with whether it was answered in time. */
export function probe(order: ProbeOrder, withinMs: number): Promise<boolean> {
  switch (order.kind) {
    case "ip":
      return probeAddress(order.value, withinMs);
    case "domain":
      return probeName(order.value, order.server, withinMs);
    case "url":
      return probeUrl(order.value, order.server, withinMs);
  }
}

/** A connection to port 80. */
function probeAddress(address: string, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 80, timeout: withinMs });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

/** A DNS query for the A record over UDP (RFC 1035). */
function probeName(name: string, server: string, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const timer = setTimeout(() => end(false), withinMs);
    const end = (answered: boolean) => {
      clearTimeout(timer);
      socket.close();
      resolve(answered);
    };
    socket.once("message", () => end(true));
    socket.once("error", () => end(false));
    socket.send(query(name), 53, server);
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

/** A GET of the URL from the lab's server. */
function probeUrl(url: string, server: string, withinMs: number): Promise<boolean> {
  const { host, pathname } = new URL(url);
  return new Promise((resolve) => {
    const request = get({
      host: server,
      path: pathname,
      headers: { host },
      agent: false,
      timeout: withinMs,
    });
    const end = (answered: boolean) => {
      request.destroy();
      resolve(answered);
    };
    request.once("response", (response) => {
      response.resume();
      response.once("end", () => end(true));
      response.once("error", () => end(false));
    });
    request.once("timeout", () => end(false));
    request.once("error", () => end(false));
  });
}
