import { expect, test } from "vitest";
import {
  initialReloadSchedule,
  listsChanged,
  reloadEnded,
  reloadStarted,
} from "./reload-schedule.ts";

test("changes that come together make one reload", () => {
  const first = listsChanged(initialReloadSchedule, 1000);
  const second = listsChanged(first, 1050);
  expect(second.dueAt).toBe(first.dueAt);
  expect((first.dueAt ?? 0) - 1000).toBeLessThan(500);
});

test("after a quick reload the next one comes at once; after a slow one within a minute", () => {
  const quick = reloadEnded(reloadStarted(initialReloadSchedule), 10_000, 300);
  expect((listsChanged(quick, 10_500).dueAt ?? 0) - 10_500).toBeLessThan(500);
  const slow = reloadEnded(reloadStarted(initialReloadSchedule), 10_000, 20_000);
  const due = listsChanged(slow, 11_000).dueAt ?? 0;
  expect(due).toBeGreaterThan(60_000);
  expect(due - 11_000).toBeLessThan(60_000);
});

test("what changes during a reload is reloaded after it", () => {
  const running = reloadStarted(listsChanged(initialReloadSchedule, 0));
  const changed = listsChanged(running, 100);
  expect(changed.dueAt).toBeUndefined();
  expect(reloadEnded(changed, 200, 100).dueAt).toBeDefined();
  expect(reloadEnded(running, 200, 100).dueAt).toBeUndefined();
});
