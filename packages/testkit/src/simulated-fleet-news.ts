import type { Acknowledgement, DeltaContent } from "./simulated-fleet-messages.ts";

type Waiter = {
  value: string;
  /** The delta with the value; undefined until it has been seen. */
  version: number | undefined;
  first: Map<number, Acknowledgement>;
  resolve: (all: Acknowledgement[]) => void;
  reject: (error: Error) => void;
};

/** Finds, for each change waited for, every agent's first acknowledgement that covers it. */
export class FleetNews {
  readonly #size: number;
  readonly #waiters = new Set<Waiter>();
  #failure: string | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  /** The next delta from now on that changes `value`. */
  acknowledged(value: string, withinMs: number): Promise<Acknowledgement[]> {
    if (this.#failure !== undefined) return Promise.reject(new Error(this.#failure));
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { value, version: undefined, first: new Map(), resolve, reject };
      const timer = setTimeout(() => {
        const count = waiter.first.size;
        this.#end(waiter, `${count} of ${this.#size} acknowledged ${value} in ${withinMs} ms`);
      }, withinMs);
      const settle =
        <T>(then: (result: T) => void) =>
        (result: T) => {
          clearTimeout(timer);
          then(result);
        };
      waiter.resolve = settle(resolve);
      waiter.reject = settle(reject);
      this.#waiters.add(waiter);
    });
  }

  add(deltas: readonly DeltaContent[], acknowledgements: readonly Acknowledgement[]): void {
    for (const waiter of this.#waiters) {
      waiter.version ??= deltas.find(({ values }) => values.includes(waiter.value))?.version;
      for (const one of acknowledgements) note(waiter, one);
      if (waiter.first.size < this.#size) continue;
      this.#waiters.delete(waiter);
      waiter.resolve([...waiter.first.values()]);
    }
  }

  fail(reason: string): void {
    this.#failure = reason;
    for (const waiter of this.#waiters) this.#end(waiter, reason);
  }

  #end(waiter: Waiter, reason: string): void {
    this.#waiters.delete(waiter);
    waiter.reject(new Error(reason));
  }
}

/** Acknowledgements come in the order of their versions, agent by agent. */
function note({ version, first }: Waiter, one: Acknowledgement): void {
  if (version === undefined || one.version < version || first.has(one.agent)) return;
  first.set(one.agent, one);
}
