import type { ProbeNews } from "./probe-messages.ts";
import type { Probe } from "./probe-target.ts";

/** So many requests in a row without an answer are no coincidence. */
const RUN = 20;

type Entry = Probe | undefined;

/*
 *   unknown ──answered──▶ passing ──`RUN` in a row unanswered──▶ blocked ──answered──▶ released
 */
/** What the outcomes of requests, in the order they were sent, say about the target. */
export class ProbeRun {
  readonly #entries: Entry[] = [];
  #phase: "unknown" | ProbeNews["t"] = "unknown";

  /** Notes that a request is sent; call the answer with its outcome, in any order. */
  sent(): (outcome: Probe) => Omit<ProbeNews, "id"> | undefined {
    const index = this.#entries.push(undefined) - 1;
    return (outcome) => {
      this.#entries[index] = outcome;
      return this.#judge(outcome);
    };
  }

  #judge(outcome: Probe): Omit<ProbeNews, "id"> | undefined {
    switch (this.#phase) {
      case "unknown":
        return outcome.answered ? this.#enter("passing", outcome.sentAt) : undefined;
      case "passing": {
        const first = this.#firstUnanswered();
        return first === undefined ? undefined : this.#enter("blocked", first);
      }
      case "blocked":
        return outcome.answered ? this.#enter("released", outcome.sentAt) : undefined;
      case "released":
        return undefined;
    }
  }

  #enter(t: ProbeNews["t"], sentAt: number) {
    this.#phase = t;
    return { t, sentAt };
  }

  /** When the first request of an unanswered run at the end was sent, if the run is long enough. */
  #firstUnanswered(): number | undefined {
    const run = this.#entries.slice(this.#entries.findLastIndex((one) => one?.answered) + 1);
    const ended = run.filter((one) => one !== undefined);
    // While the outcome of the first is open, it may still turn out to be answered.
    return ended.length >= RUN ? run[0]?.sentAt : undefined;
  }
}
