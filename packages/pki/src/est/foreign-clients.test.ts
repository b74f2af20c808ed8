import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startEstServer } from "../est-server.test-helper.ts";
import { runTool } from "../run-tool.test-helper.ts";
import { temporaryDirectory } from "../temporary-directory.test-helper.ts";
import { parseToken } from "../tokens/token-string.ts";

/** Runs a script as a person would type it; fails with its output. */
async function shell(directory: string, script: string): Promise<string> {
  const result = await runTool("bash", ["-euo", "pipefail", "-c", script], { cwd: directory });
  if (result.code !== 0) throw new Error(`${script}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

test.each([{ http2: false }, { http2: true }])(
  "openssl and curl enrol, verify and renew (%o)",
  async (options) => {
    const server = await startEstServer(options);
    const directory = await temporaryDirectory();
    const parsed = parseToken(server.token("sms").token);
    if (!parsed.ok) throw new Error("no token");
    await writeFile(join(directory, "root.pem"), server.ca.roots.join(""));
    const est = `${server.url}/.well-known/est`;
    const curl = "curl -sS --fail-with-body --cacert root.pem";
    const post = `${curl} -H 'Content-Type: application/pkcs10' --data-binary @csr.b64`;
    try {
      await shell(
        directory,
        `${curl} ${est}/cacerts | base64 -d | openssl pkcs7 -inform DER -print_certs -out ca.pem
         openssl ecparam -name prime256v1 -genkey -noout -out key.pem
         openssl req -new -key key.pem -subj /CN=whatever -outform DER | openssl base64 > csr.b64
         ${post} -u '${parsed.value.id}:${parsed.value.secret}' ${est}/simpleenroll |
           openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out cert.pem
         openssl verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted ca.pem cert.pem`,
      );
      const who = await shell(
        directory,
        `${curl} --cert cert.pem --key key.pem ${server.url}/whoami`,
      );
      expect(who).toContain("spiffe://test.breakwater/sms/");
      await shell(
        directory,
        `openssl ecparam -name prime256v1 -genkey -noout -out key2.pem
         openssl req -new -key key2.pem -subj / -outform DER | openssl base64 | sed 's/$/\\r/' > csr.b64
         ${post} --cert cert.pem --key key.pem ${est}/simplereenroll |
           base64 -d | openssl pkcs7 -inform DER -print_certs -out cert2.pem`,
      );
      const renewed = await shell(
        directory,
        `${curl} --cert cert2.pem --key key2.pem ${server.url}/whoami`,
      );
      expect(renewed).toBe(who);
      expect(await readFile(join(directory, "cert2.pem"))).not.toEqual(
        await readFile(join(directory, "cert.pem")),
      );
    } finally {
      await server.close();
    }
  },
);

test("RSA and Ed25519 requests made by openssl are accepted", async () => {
  const server = await startEstServer();
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "root.pem"), server.ca.roots.join(""));
  try {
    for (const algorithm of ["RSA -pkeyopt rsa_keygen_bits:2048", "ed25519"]) {
      const parsed = parseToken(server.token().token);
      if (!parsed.ok) throw new Error("no token");
      const answer = await shell(
        directory,
        `openssl genpkey -quiet -algorithm ${algorithm} -out key.pem
         openssl req -new -key key.pem -subj /CN=x -outform DER | openssl base64 > csr.b64
         curl -sS --fail-with-body --cacert root.pem -H 'Content-Type: application/pkcs10' \
           --data-binary @csr.b64 -u '${parsed.value.id}:${parsed.value.secret}' \
           ${server.url}/.well-known/est/simpleenroll |
           openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out cert.pem
         curl -sS --fail-with-body --cacert root.pem --cert cert.pem --key key.pem ${server.url}/`,
      );
      expect(answer).toContain("spiffe://test.breakwater/device/");
    }
  } finally {
    await server.close();
  }
});
