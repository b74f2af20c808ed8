import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { startEstServer } from "../est-server.test-helper.ts";
import { temporaryDirectory } from "../temporary-directory.test-helper.ts";
import { openClient } from "../tls-client.test-helper.ts";
import { issueServerCredentials, swapServerCredentials } from "./server-credentials.ts";
import { readServerCredentials, storeServerCredentials } from "./stored-server-credentials.ts";

function fingerprintSeenBy(socket: TLSSocket): string {
  return new X509Certificate(socket.getPeerCertificate().raw).fingerprint256;
}

test.each([{ http2: false }, { http2: true }])(
  "hot swap: open connections go on, new ones see the new certificate (%o)",
  async (options) => {
    const server = await startEstServer(options);
    const client = await server.client();
    const old = await openClient(server, client);
    expect(await old.ask()).toMatchObject({ status: 200 });
    const next = await issueServerCredentials(server.ca, ["localhost"], Date.now());
    swapServerCredentials(server.server, next);
    expect(await old.ask()).toMatchObject({ status: 200 });
    const fresh = await openClient(server, client);
    expect(fingerprintSeenBy(fresh.socket)).toBe(new X509Certificate(next.cert).fingerprint256);
    expect(fingerprintSeenBy(fresh.socket)).not.toBe(fingerprintSeenBy(old.socket));
    // Client certificates are still asked for and still verified.
    expect(await fresh.ask()).toMatchObject({ status: 200 });
    expect(fresh.socket.getProtocol()).toBe("TLSv1.3");
    await expect.poll(old.ticket).toBeDefined();
    const resumed = await openClient(server, client, old.ticket());
    expect(resumed.socket.isSessionReused()).toBe(false);
    for (const { socket } of [old, fresh, resumed]) socket.destroy();
    await server.close();
  },
);

test("the swapped context still refuses TLS 1.2", async () => {
  const server = await startEstServer();
  const next = await issueServerCredentials(server.ca, ["localhost"], Date.now());
  swapServerCredentials(server.server, next);
  const ca = [...server.ca.roots];
  const socket = connect({ port: server.port, servername: "localhost", ca, maxVersion: "TLSv1.2" });
  await expect(once(socket, "secureConnect")).rejects.toThrow(/protocol version|handshake/i);
  await server.close();
});

test("what is stored is for the same hosts and the same CA only, and damage is no failure", async () => {
  const server = await startEstServer();
  const other = await startEstServer();
  const path = join(await temporaryDirectory(), "new", "server.json");
  const issued = await issueServerCredentials(server.ca, ["localhost"], Date.now());
  expect(await readServerCredentials(path, ["localhost"], server.ca)).toBeUndefined();
  await storeServerCredentials(path, ["localhost"], issued);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readServerCredentials(path, ["localhost"], server.ca)).toEqual(issued);
  expect(await readServerCredentials(path, ["localhost", "::1"], server.ca)).toBeUndefined();
  expect(await readServerCredentials(path, ["localhost"], other.ca)).toBeUndefined();
  await writeFile(path, "{");
  expect(await readServerCredentials(path, ["localhost"], server.ca)).toBeUndefined();
  await server.close();
  await other.close();
});
