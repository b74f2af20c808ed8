import { openIdentityStore } from "@breakwater/pki";
import { Lease } from "@breakwater/postgres";
import { AppError } from "@breakwater/protocol";
import { hubCertificateRenewal, type RenewalJob } from "./jobs.ts";
import { VisionOne, type VisionOneOptions } from "./vision-one.ts";

export type HubSeatOptions = Omit<VisionOneOptions, "identity" | "onServerTime"> & {
  databaseUrl: string;
  /** Of the identity towards the hub. */
  folder: string;
};

/**
 * Of all processes of an SMS one holds the connection to the hub: identity, renewal and link are its
 * own. Another takes its place within seconds when it ends, or at once to carry out a command.
 */
export class HubSeat {
  readonly #options: HubSeatOptions;
  readonly #lease: Lease;
  #taken: { visionOne: VisionOne; renewal: RenewalJob } | undefined;

  private constructor(options: HubSeatOptions) {
    this.#options = options;
    this.#lease = new Lease(options.databaseUrl, {
      name: "sms hub connection",
      log: options.log,
      onHeld: () => this.#sit(),
      onLost: () => this.#rise(),
    });
  }

  static async open(options: HubSeatOptions): Promise<HubSeat> {
    const seat = new HubSeat(options);
    await seat.#lease.start();
    return seat;
  }

  /** Undefined while another process holds the connection. */
  get current(): VisionOne | undefined {
    return this.#taken?.visionOne;
  }

  /** Takes the connection over from another process, to change it. */
  async take(): Promise<VisionOne> {
    if (this.#taken === undefined) await this.#lease.take();
    if (this.#taken !== undefined) return this.#taken.visionOne;
    throw new AppError(
      "Unavailable",
      "Another process of this SMS holds the connection and does not give it back. Try again in a few seconds.",
    );
  }

  async stop(): Promise<void> {
    await this.#lease.close();
  }

  async #sit(): Promise<void> {
    const { folder, clock, log } = this.#options;
    const held: { renewal?: RenewalJob } = {};
    const identity = await openIdentityStore(folder);
    const visionOne = await VisionOne.open({
      ...this.#options,
      identity,
      onServerTime: (time) => held.renewal?.noteServerTime(time),
    });
    try {
      const renewal = await hubCertificateRenewal({ identity, folder, clock, log });
      held.renewal = renewal;
      this.#taken = { visionOne, renewal };
    } catch (error) {
      await visionOne.stop();
      throw error;
    }
  }

  async #rise(): Promise<void> {
    const taken = this.#taken;
    this.#taken = undefined;
    await taken?.visionOne.stop();
    await taken?.renewal.stop();
  }
}
