import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A key and a self-signed certificate for 127.0.0.1. */
export function makeTlsFiles(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "bw-tls-"));
  try {
    const [key, cert] = [join(folder, "k.pem"), join(folder, "c.pem")];
    const kind = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=t".split(
      " ",
    );
    const names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert];
    execFileSync("openssl", ["req", "-x509", ...kind, ...names], { stdio: "ignore" });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
