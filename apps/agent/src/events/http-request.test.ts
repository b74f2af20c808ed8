import type { EveEvent } from "@breakwater/suricata";
import { expect, test } from "vitest";
import { reachedUrl, requestedHost, requestedUrl } from "./http-request.ts";

const field = (name: string, value: string) => ({ name, value });

test.each([
  [
    "HTTP/1",
    { hostname: "evil.test", url: "/a?b", http_port: 8080 },
    "evil.test",
    "evil.test:8080/a?b",
  ],
  [
    "absolute target",
    { hostname: "evil.test", url: "http://evil.test/a" },
    "evil.test",
    "evil.test/a",
  ],
  [
    "HTTP/2",
    { url: "/a", request_headers: [field(":path", "/a"), field(":authority", "evil.test:81")] },
    "evil.test",
    "evil.test:81/a",
  ],
  [
    "HTTP/2 without authority",
    { url: "/a", request_headers: [field("host", "[2001:db8::1]")] },
    "[2001:db8::1]",
    "[2001:db8::1]/a",
  ],
  ["no host", { url: "/a", request_headers: [] }, undefined, undefined],
])("%s", (_, http, host, url) => {
  const event: EveEvent = { event_type: "http", timestamp: "", dest_port: 8000, http };
  expect([requestedHost(event), requestedUrl(event)]).toEqual([host, url]);
  expect(reachedUrl(event)).toEqual(
    host === undefined ? undefined : expect.stringContaining(`${host}:8000/a`),
  );
});
