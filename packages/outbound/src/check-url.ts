import { OutboundError } from "./outbound-error.ts";

const DEFAULT_PORTS = [80, 443, 8443];

/** The URL when it may be requested at all: http or https, no user in it, a usual port. */
export function checkUrl(text: string, ports: readonly number[] | "any" = DEFAULT_PORTS): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const remedy = "Write it as https://server.example/path";
    throw new OutboundError("InvalidRequest", "The address is no http or https URL", remedy);
  }
  if (url.username !== "" || url.password !== "") {
    const message = `The URL of ${url.host} holds a user name or password`;
    throw new OutboundError("InvalidRequest", message, "Give them as credentials instead");
  }
  const port = portOf(url);
  if (ports !== "any" && !ports.includes(port)) {
    const message = `${url.hostname} is to be reached on port ${port}`;
    const remedy = `Use one of the ports ${ports.join(", ")}, or allow private addresses`;
    throw new OutboundError("NotAllowed", message, remedy);
  }
  url.hash = "";
  return url;
}

export function portOf(url: URL): number {
  return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
}
