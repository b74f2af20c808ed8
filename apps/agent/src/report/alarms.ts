export type Alarm = { readonly code: string; readonly message: string };

const MOST_LETTERS = 1000;

/** What an operator should look at. One alarm per code; it goes when its cause has gone. */
export class Alarms {
  readonly #alarms = new Map<string, string>();
  readonly #onChange: (code: string, message: string | undefined) => void;

  /** `onChange` gets the alarm that came or changed, without a message the one that went. */
  constructor(onChange: (code: string, message: string | undefined) => void) {
    this.#onChange = onChange;
  }

  set(code: string, message: string | undefined): void {
    const shown = message?.slice(0, MOST_LETTERS);
    if (this.#alarms.get(code) === shown) return;
    if (shown === undefined) this.#alarms.delete(code);
    else this.#alarms.set(code, shown);
    this.#onChange(code, shown);
  }

  list(): Alarm[] {
    return [...this.#alarms].map(([code, message]) => ({ code, message })).slice(0, 50);
  }
}
