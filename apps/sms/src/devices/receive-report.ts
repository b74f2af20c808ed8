import type { Clock } from "@breakwater/platform";
import { isPassing, transaction, withRetry } from "@breakwater/postgres";
import { AppError, type DeviceId, type DeviceReport, type SetId } from "@breakwater/protocol";
import type { Db, Tx } from "../database.ts";
import { type NewReport, replaceExceptions, saveReports } from "./report-store.ts";

export type ReportDeps = {
  db: Db;
  clock: Clock;
  /** Moves the progress of a distribution, in the same transaction. */
  onActivation: (
    tx: Tx,
    device: DeviceId,
    activation: NonNullable<DeviceReport["activation"]>,
  ) => Promise<void>;
  /** After commit: the set that the device has in use. */
  onPosition: (device: DeviceId, set: SetId) => void;
};

type Waiting = NewReport & { resolve: (at: Date) => void; reject: (error: unknown) => void };

/** Reports in one transaction. */
const MOST_TOGETHER = 200;
const MOST_WAITING = 20_000;

/**
 * Stores what devices say of themselves; the answer acknowledges that it is stored. After every
 * change the whole fleet reports at once, so reports that come while others are written go together:
 *
 *   report ──▶ waiting ──▶ one transaction ──▶ answers
 *                 ▲              │ meanwhile
 *                 └── reports ◀──┘
 */
export class ReportReceiver {
  readonly #deps: ReportDeps;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(deps: ReportDeps) {
    this.#deps = deps;
  }

  /** When it was stored. Rejects for a device that was removed. */
  receive(device: DeviceId, report: DeviceReport): Promise<Date> {
    if (this.#waiting.length >= MOST_WAITING) {
      const message = "Too many reports wait to be stored. The device reports again by itself.";
      return Promise.reject(new AppError("Unavailable", message));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ device, report, resolve, reject });
      void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    while (this.#waiting.length > 0) await this.#write(this.#takeBatch());
    this.#writing = false;
  }

  /** The oldest ones, one per device: a device's reports are stored in their order. */
  #takeBatch(): Waiting[] {
    const batch = new Map<DeviceId, Waiting>();
    const rest: Waiting[] = [];
    for (const one of this.#waiting) {
      if (batch.size < MOST_TOGETHER && !batch.has(one.device)) batch.set(one.device, one);
      else rest.push(one);
    }
    this.#waiting = rest;
    return [...batch.values()];
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const { at, present } = await store(this.#deps, batch);
      for (const one of batch) this.#answer(one, at, present);
    } catch (error) {
      if (batch.length > 1 && !isPassing(error)) {
        // One that cannot be stored must not take the others with it.
        for (const one of batch) await this.#write([one]);
        return;
      }
      for (const one of batch) one.reject(error);
    }
  }

  #answer(
    { device, report, resolve, reject }: Waiting,
    at: Date,
    present: ReadonlySet<DeviceId>,
  ): void {
    if (!present.has(device)) return reject(deviceRemoved());
    if (report.position !== undefined) this.#deps.onPosition(device, report.position.set);
    resolve(at);
  }
}

/** One transaction; repeating it changes nothing. */
async function store(
  { db, clock, onActivation }: ReportDeps,
  reports: readonly NewReport[],
): Promise<{ at: Date; present: ReadonlySet<DeviceId> }> {
  const at = clock.now();
  const plain = reports.map(({ device, report }) => ({ device, report }));
  const present = await withRetry(
    () =>
      transaction(db, async (tx) => {
        const saved = await saveReports(tx, plain, at);
        const stored = plain.filter(({ device }) => saved.has(device));
        await replaceExceptions(tx, stored);
        for (const { device, report } of stored) {
          if (report.activation !== undefined) await onActivation(tx, device, report.activation);
        }
        return saved;
      }),
    { attempts: 3 },
  );
  return { at, present };
}

export function deviceRemoved(): AppError {
  return new AppError("CertificateRefused", "This device was removed. Enrol it with a new token.");
}
