import {
  type BundleOffer,
  type DeviceReport,
  messageOf,
  type ProfileBundle,
  type SetId,
  type Sha256,
} from "@breakwater/protocol";
import type { LoadedSnapshot } from "@breakwater/reputation-set";
import { compilePolicy, type Policy } from "../data-plane/policy.ts";
import type { PolicyStore } from "../storage/policy-store.ts";
import {
  type ActivationEffect,
  type ActivationInput,
  type ActivationState,
  activationStep,
  initialActivation,
} from "./activation-step.ts";

export type ActivationOptions = {
  readonly store: PolicyStore;
  readonly active: Sha256 | undefined;
  readonly fetchBundle: (sha256: Sha256, maxBytes: number) => Promise<Buffer>;
  /** The set a policy refers to: as it is in use, from disk, or fetched. */
  readonly obtainSet: (set: SetId) => Promise<LoadedSnapshot>;
  readonly test: (policy: Policy) => Promise<void>;
  readonly load: (policy: Policy, set: LoadedSnapshot) => Promise<void>;
  readonly verify: () => Promise<void>;
  readonly rollBack: () => Promise<void>;
  /** The policy is in force and a restart would bring it back. */
  readonly onCommitted: (policy: Policy, set: LoadedSnapshot) => Promise<void>;
  readonly onReport: () => void;
};

type Candidate = { bundle: ProfileBundle; policy: Policy; set: LoadedSnapshot | undefined };

/** Failures that say nothing about the policy: the same offer may be tried again. */
const TRANSIENT = new Set(["Unavailable", "BadGateway", "DiskFull", "TooManyRequests"]);

/** Drives {@link activationStep}: fetches, tests, loads and verifies policies one after the other. */
export class Activation {
  readonly #options: ActivationOptions;
  #state: ActivationState;
  #candidate: Candidate | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(options: ActivationOptions) {
    this.#options = options;
    this.#state = initialActivation(options.active);
  }

  get active(): Sha256 | undefined {
    return this.#state.active;
  }

  report(): DeviceReport["activation"] {
    const { offer, outcome } = this.#state;
    if (offer === undefined || outcome === undefined) return undefined;
    const { distribution } = offer;
    const { step, failure } = outcome;
    if (failure === undefined) return { distribution, step, failed: false };
    return { distribution, step, failed: true, message: failure.slice(0, 8000) };
  }

  offer(offer: BundleOffer): void {
    this.#feed({ kind: "offer", offer });
  }

  settled(): Promise<void> {
    return this.#working;
  }

  #feed(input: ActivationInput): void {
    const { state, effects } = activationStep(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: ActivationEffect): void {
    if (effect.kind === "report") return this.#options.onReport();
    this.#working = this.#working.then(() => this.#work(effect));
  }

  async #work(effect: Exclude<ActivationEffect, { kind: "report" }>): Promise<void> {
    try {
      await this.#run(effect);
    } catch (error) {
      this.#feed({ kind: "failed", message: messageOf(error), transient: isTransient(error) });
      return;
    }
    this.#feed({ kind: "done" });
  }

  async #run(effect: Exclude<ActivationEffect, { kind: "report" }>): Promise<void> {
    const { store, fetchBundle, obtainSet, test, load, verify, rollBack } = this.#options;
    switch (effect.kind) {
      case "fetch": {
        const size = this.#state.offer?.size ?? 0;
        const bytes = await fetchBundle(effect.sha256, size);
        const bundle = await store.store(effect.sha256, bytes);
        this.#candidate = { bundle, policy: compilePolicy(bundle), set: undefined };
        return;
      }
      case "prepare": {
        const candidate = this.#required();
        candidate.set = await obtainSet(candidate.bundle.set);
        return;
      }
      case "test":
        return test(this.#required().policy);
      case "load": {
        const { policy, set } = this.#required();
        if (set === undefined) throw new Error("the set was not prepared");
        return load(policy, set);
      }
      case "verify":
        return verify();
      case "roll-back":
        return rollBack();
      case "commit": {
        const { policy, set } = this.#required();
        await store.commit(effect.sha256);
        if (set !== undefined) await this.#options.onCommitted(policy, set);
      }
    }
  }

  #required(): Candidate {
    if (this.#candidate === undefined) throw new Error("no policy is being activated");
    return this.#candidate;
  }
}

function isTransient(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    TRANSIENT.has(error.code)
  );
}
