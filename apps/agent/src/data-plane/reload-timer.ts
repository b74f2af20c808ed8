import {
  initialReloadSchedule,
  listsChanged,
  type ReloadSchedule,
  reloadEnded,
  reloadStarted,
} from "./reload-schedule.ts";

/** Drives the reload schedule with real time. A failed reload is asked for again. */
export class ReloadTimer {
  readonly #now: () => number;
  readonly #reload: () => Promise<void>;
  #schedule: ReloadSchedule = initialReloadSchedule;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number, reload: () => Promise<void>) {
    this.#now = now;
    this.#reload = reload;
  }

  changed(): void {
    this.#set(listsChanged(this.#schedule, this.#now()));
  }

  /** Until the next change. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#schedule = { ...this.#schedule, dueAt: undefined };
  }

  #set(schedule: ReloadSchedule): void {
    this.#schedule = schedule;
    clearTimeout(this.#timer);
    if (schedule.dueAt === undefined) return;
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, schedule.dueAt - this.#now()));
  }

  async #run(): Promise<void> {
    const start = this.#now();
    this.#set(reloadStarted(this.#schedule));
    const failed = await this.#reload().then(
      () => false,
      () => true,
    );
    const end = this.#now();
    const ended = reloadEnded(this.#schedule, end, end - start);
    this.#set(failed ? { ...ended, dueAt: end + RETRY_MS } : ended);
  }
}

const RETRY_MS = 3000;
