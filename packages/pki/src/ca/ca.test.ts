import { randomUUID, X509Certificate } from "node:crypto";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ProductId } from "@breakwater/protocol";
import { expect, test } from "vitest";
import { certificateFacts } from "../crypto/certificate-facts.ts";
import { generatePrivateKey, publicKeyOf } from "../crypto/keys.ts";
import { runTool } from "../run-tool.test-helper.ts";
import { temporaryDirectory } from "../temporary-directory.test-helper.ts";
import { DAY, newSerial, YEAR } from "./ca-certificates.ts";
import { loadOrCreateCa, readCaFile } from "./ca-file.ts";
import { type CaMaterial, sealCa } from "./ca-material.ts";
import { createCa } from "./create-ca.ts";
import { issueLeaf } from "./issue-leaf.ts";
import { openCa } from "./open-ca.ts";

const subject = { trustDomain: "hub.example", name: "Test hub" };
const now = () => Date.now();
const identity = {
  trustDomain: "hub.example",
  kind: "sms" as const,
  id: ProductId.parse(randomUUID()),
};

async function clientLeaf(material: CaMaterial, at = Date.now(), lifetime?: number) {
  const ca = await openCa(material);
  const publicKey = publicKeyOf(await generatePrivateKey());
  const request = { kind: "client" as const, publicKey, identity };
  return issueLeaf(ca, lifetime === undefined ? request : { ...request, lifetime }, at);
}

test("openssl accepts the chain under its strict rules, for the right purpose only", async () => {
  const directory = await temporaryDirectory();
  const material = await createCa(subject, now);
  const ca = await openCa(material);
  const publicKey = publicKeyOf(await generatePrivateKey());
  const names = { dnsNames: ["sms.example", "localhost"], ips: ["127.0.0.1", "::1"] };
  const server = await issueLeaf(ca, { kind: "server", publicKey, ...names }, Date.now());
  const client = await issueLeaf(ca, { kind: "client", publicKey, identity }, Date.now());
  await writeFile(join(directory, "root.pem"), material.rootCertificate);
  await writeFile(join(directory, "issuing.pem"), material.issuingCertificate);
  await writeFile(join(directory, "server.pem"), server.certificatePem);
  await writeFile(join(directory, "client.pem"), client.certificatePem);
  const verify = (purpose: string, file: string, ...more: string[]) =>
    runTool(
      "openssl",
      `verify -x509_strict -purpose ${purpose} -CAfile root.pem -untrusted issuing.pem`
        .split(" ")
        .concat(more, file),
      { cwd: directory },
    );
  for (const host of [
    ["-verify_hostname", "sms.example"],
    ["-verify_ip", "127.0.0.1"],
    ["-verify_ip", "::1"],
  ]) {
    expect(await verify("sslserver", "server.pem", ...host)).toMatchObject({ code: 0 });
  }
  expect(await verify("sslclient", "client.pem")).toMatchObject({ code: 0 });
  expect((await verify("sslclient", "server.pem")).code).not.toBe(0);
  expect((await verify("sslserver", "client.pem")).code).not.toBe(0);
});

test("an issuing CA cannot make another CA below itself", async () => {
  const { issuingCertificate } = await createCa(subject, now);
  const { stdout } = await runTool("openssl", ["x509", "-noout", "-text"], {
    input: issuingCertificate,
  });
  expect(stdout).toContain("pathlen:0");
});

test("lifetimes: root ten years, issuing three, leaf one, all back-dated by an hour", async () => {
  const at = Date.UTC(2026, 0, 1, 12, 0, 0, 345);
  const material = await createCa(subject, () => at);
  const years = (pem: string) => Math.round((certificateFacts(pem).notAfter - at) / YEAR);
  expect(years(material.rootCertificate)).toBe(10);
  expect(years(material.issuingCertificate)).toBe(3);
  const leaf = await clientLeaf(material, at);
  expect(years(leaf.certificatePem)).toBe(1);
  expect(leaf.notBefore).toBe(Date.UTC(2026, 0, 1, 11));
});

test("a leaf never outlives its issuing CA, and an expired CA issues nothing", async () => {
  const at = Date.UTC(2026, 0, 1);
  const material = await createCa(subject, () => at);
  const issuingEnd = certificateFacts(material.issuingCertificate).notAfter;
  const leaf = await clientLeaf(material, issuingEnd - 10 * DAY);
  expect(leaf.notAfter).toBe(issuingEnd);
  await expect(clientLeaf(material, issuingEnd)).rejects.toMatchObject({
    reason: "IssuingCaExpired",
  });
});

test("serial numbers are positive, of one length, and never repeat", () => {
  const serials = Array.from({ length: 2000 }, newSerial);
  expect(new Set(serials).size).toBe(2000);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9a-f]{31}$/);
});

test("the leaf carries exactly the identity the server chose", async () => {
  const leaf = await clientLeaf(await createCa(subject, now));
  const certificate = new X509Certificate(leaf.certificatePem);
  expect(certificate.subjectAltName).toBe(`URI:spiffe://hub.example/sms/${identity.id}`);
  expect(certificateFacts(leaf.certificatePem)).toMatchObject({
    identity,
    clientUsage: true,
    isCa: false,
  });
});

test("parts of different CAs do not open, so a half-restored backup is found at start", async () => {
  const [one, two] = await Promise.all([createCa(subject, now), createCa(subject, now)]);
  const mixes = [
    { ...one, issuingKey: two.issuingKey },
    { ...one, rootCertificate: two.rootCertificate },
  ];
  for (const mix of mixes) await expect(openCa(mix)).rejects.toThrow(/unusable/);
});

test("sealed keys open only with the guard, and the plain key is nowhere in the material", async () => {
  const guard = {
    seal: (pem: string) => `sealed:${Buffer.from(pem).toString("base64")}`,
    open: (sealed: string) => Buffer.from(sealed.slice(7), "base64").toString(),
  };
  const material = await sealCa(await createCa(subject, now), guard);
  expect(JSON.stringify(material)).not.toContain("PRIVATE KEY");
  expect((await openCa(material, { guard })).trustDomain).toBe("hub.example");
  await expect(openCa(material)).rejects.toThrow(/sealed/);
});

test("ten starts at once agree on one CA in one private file", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "ca", "ca.json");
  const options = { path, subject, now };
  const opened = await Promise.all(Array.from({ length: 10 }, () => loadOrCreateCa(options)));
  expect(new Set(opened.map((ca) => ca.pin)).size).toBe(1);
  expect((await loadOrCreateCa(options)).pin).toBe(opened[0]?.pin);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(directory, "ca"))).toEqual(["ca.json"]);
});

test("a damaged CA file is an error that names it, never a new CA", async () => {
  const path = join(await temporaryDirectory(), "ca.json");
  await writeFile(path, '{"version":1');
  await expect(loadOrCreateCa({ path, subject, now })).rejects.toThrow(path);
  await expect(readCaFile(`${path}.absent`)).resolves.toBeUndefined();
});

test("a trust domain that SPIFFE forbids is refused", async () => {
  await expect(createCa({ trustDomain: "Not/One", name: "x" }, now)).rejects.toThrow(/trustDomain/);
});
