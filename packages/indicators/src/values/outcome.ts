import type { Ignored, Indicator, Reading } from "../reading.ts";
import { rejection } from "./rejection.ts";
import { targetsOf } from "./targets.ts";
import type { WantedType } from "./wanted-type.ts";

/** Collects what became of the objects of a document. */
export class Outcome {
  readonly readings: Reading[] = [];
  readonly #ignored = new Map<string, number>();

  ignore(reason: string): void {
    this.#ignored.set(reason, (this.#ignored.get(reason) ?? 0) + 1);
  }

  reject(line: number, value: string, reason: string, remedy: string): void {
    this.readings.push(rejection(line, value, { reason, remedy }));
  }

  /** Takes a value, or rejects it when it is not of the type it is said to be. */
  take(
    line: number,
    value: string,
    wanted: WantedType,
    facts: Omit<Indicator, "type" | "value">,
  ): void {
    const targets = targetsOf(value.trim(), wanted);
    if (!targets.ok) {
      this.readings.push(rejection(line, value, targets.error));
      return;
    }
    for (const target of targets.value) {
      this.readings.push({ kind: "indicator", line, indicator: { ...target, ...facts } });
    }
  }

  get ignored(): Ignored[] {
    return [...this.#ignored].map(([reason, count]) => ({ reason, count }));
  }
}
