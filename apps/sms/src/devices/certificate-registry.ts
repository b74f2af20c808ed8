import { certificateStatus, type Identity, type PeerStatus } from "@breakwater/pki";
import type { Clock } from "@breakwater/platform";
import type { Sha256 } from "@breakwater/protocol";
import type { Db } from "../database.ts";
import { allCertificates, type CertificateRecord, noteFirstUse } from "./certificate-store.ts";

/**
 * Every issued device certificate, in memory: each request looks its certificate up here. The
 * database is the truth; `reload` after each change, after notices, and now and then.
 */
export class CertificateRegistry {
  readonly #db: Db;
  readonly #clock: Clock;
  #records = new Map<string, CertificateRecord>();
  /** Certificates whose first use this process has noted already. */
  readonly #used = new Set<string>();

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async reload(): Promise<void> {
    const records = await allCertificates(this.#db);
    this.#records = new Map(records.map((record) => [record.fingerprint, record]));
  }

  lookup(identity: Identity, fingerprint: Sha256): PeerStatus {
    const record = this.#records.get(fingerprint);
    if (record === undefined || record.device !== identity.id) return "unknown";
    const row = {
      revokedAt: record.revoked?.getTime() ?? null,
      supersededAt: record.superseded?.getTime() ?? null,
    };
    return certificateStatus(row, this.#clock.now().getTime());
  }

  /** A renewed certificate is in use: the old one ends after its overlap. */
  async noteUse(fingerprint: Sha256): Promise<void> {
    if (this.#used.has(fingerprint)) return;
    this.#used.add(fingerprint);
    const renewed = await noteFirstUse(this.#db, fingerprint, this.#clock.now());
    if (renewed !== null) await this.reload();
  }
}
