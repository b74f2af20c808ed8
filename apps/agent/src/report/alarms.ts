export type Alarm = { readonly code: string; readonly message: string };

/** What an operator should look at. One alarm per code; it goes when its cause has gone. */
export class Alarms {
  readonly #alarms = new Map<string, string>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  set(code: string, message: string | undefined): void {
    if (this.#alarms.get(code) === message) return;
    if (message === undefined) this.#alarms.delete(code);
    else this.#alarms.set(code, message.slice(0, 1000));
    this.#onChange();
  }

  list(): Alarm[] {
    return [...this.#alarms].map(([code, message]) => ({ code, message })).slice(0, 50);
  }
}
