import type { StoredEvent } from "@breakwater/protocol";

/** `198.51.100.7:443`, `[2001:db8::1]:443`, or the address alone when there is no port. */
export function endpoint(address: string, port: number): string {
  if (port === 0) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

const DID: Readonly<Record<StoredEvent["verdict"], string>> = {
  blocked: "blocked",
  reset: "reset",
  logged: "logged",
  trusted: "let through as trusted",
  quarantined: "quarantined the source of",
};

/** What happened, in the parts of one sentence. Every part may be an attacker's text. */
export function sentenceOf(event: StoredEvent): { subject: string; rest: string } {
  if (event.kind === "gap") {
    const lost = event.lost === undefined ? "events" : `${event.lost.events} events`;
    return { subject: `${event.device.name} lost ${lost}`, rest: event.lost?.reason ?? "" };
  }
  const traffic = `${endpoint(event.src, event.spt)} → ${endpoint(event.dst, event.dpt)}`;
  return {
    subject: `${event.device.name} ${DID[event.verdict]}`,
    rest: `${traffic}${details(event)} ${reasonOf(event)}`,
  };
}

function details(event: StoredEvent): string {
  const app = event.app === "" ? event.protocol : event.app;
  const name = event.sni === undefined ? event.host : event.sni;
  return ` (${[app, name].filter(Boolean).join(", ")})`;
}

function reasonOf(event: StoredEvent): string {
  if (event.entry === undefined) return `because “${event.name}” matched`;
  const by = event.sources.length === 0 ? "" : ` (${event.sources.join(", ")})`;
  return `because ${event.entry.value} is on your list${by}`;
}
