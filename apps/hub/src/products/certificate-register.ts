import {
  type CertificateRow,
  certificateStatus,
  type Identity,
  type PeerStatus,
} from "@breakwater/pki";
import { type Clock, type Log, PollLoop } from "@breakwater/platform";
import { transaction } from "@breakwater/postgres";
import type { ProductId, Sha256 } from "@breakwater/protocol";
import type { HubDb } from "../database.ts";
import { type CertificateRecord, markFirstUse, readCertificates } from "./certificate-store.ts";

export type CertificateRegisterOptions = {
  db: HubDb;
  clock: Clock;
  log: Log;
  pollMs?: number;
};

/**
 * Who may connect, in memory, because every request asks. Changes made by this process take effect
 * before the change is answered; those of other processes at the next notice or poll.
 */
export class CertificateRegister {
  /** Called after every reload: open connections must be looked up again. */
  onReload: () => void = () => undefined;
  readonly #options: CertificateRegisterOptions;
  readonly #loop: PollLoop;
  #records = new Map<Sha256, CertificateRecord>();

  private constructor(options: CertificateRegisterOptions) {
    this.#options = options;
    this.#loop = new PollLoop({
      name: "certificate register",
      intervalMs: options.pollMs ?? 5000,
      log: options.log,
      run: async () => {
        await this.#load();
        this.onReload();
      },
    });
  }

  static async open(options: CertificateRegisterOptions): Promise<CertificateRegister> {
    const register = new CertificateRegister(options);
    await register.#load();
    return register;
  }

  start(): this {
    this.#loop.start();
    return this;
  }

  /** Another process changed something. */
  wake(): void {
    this.#loop.wake();
  }

  /** Reads again now; resolves when what was committed before the call counts. */
  async reload(): Promise<void> {
    await this.#loop.drain();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** For the peer verifier. */
  status(identity: Identity, fingerprint: Sha256): PeerStatus {
    const record = this.#records.get(fingerprint);
    const isTheirs = identity.kind === "sms" && record?.productId === identity.id;
    const row = isTheirs && record !== undefined ? rowOf(record) : undefined;
    return certificateStatus(row, this.#options.clock.now().getTime());
  }

  /** Takes effect at once, whether or not the database can be read again. */
  revoke(product: ProductId): void {
    const revoked = this.#options.clock.now();
    for (const [fingerprint, record] of this.#records) {
      if (record.productId === product) this.#records.set(fingerprint, { ...record, revoked });
    }
  }

  /** A request with this certificate was accepted: its predecessors start to run out. */
  noteUse(fingerprint: Sha256): void {
    const record = this.#records.get(fingerprint);
    if (record === undefined || record.firstUsed !== null) return;
    const { clock, db, log } = this.#options;
    const now = clock.now();
    this.#records.set(fingerprint, { ...record, firstUsed: now });
    transaction(db, (tx) => markFirstUse(tx, fingerprint, now))
      .then(() => this.wake())
      .catch((error: unknown) => {
        // Forgotten again, so that the next request tries once more.
        this.#records.set(fingerprint, record);
        log.warn({ err: error }, "could not note the first use of a certificate");
      });
  }

  async #load(): Promise<void> {
    const records = await readCertificates(this.#options.db, this.#options.clock.now());
    this.#records = new Map(records.map((one) => [one.fingerprint, one]));
  }
}

function rowOf(record: CertificateRecord): CertificateRow {
  return {
    revokedAt: record.revoked?.getTime() ?? null,
    supersededAt: record.superseded?.getTime() ?? null,
  };
}
