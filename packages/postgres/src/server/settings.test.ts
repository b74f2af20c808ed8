import { expect, it } from "vitest";
import { settingsFor } from "./settings.ts";

it.each([
  [512, "128MB", "4MB", "32MB"],
  [2_048, "512MB", "16MB", "128MB"],
  [24_576, "512MB", "32MB", "256MB"],
])("scales to %i MiB of memory", (memoryMiB, buffers, work, maintenance) => {
  const settings = settingsFor({ memoryMiB, freeDiskMiB: 100_000, sharedMemoryMiB: 1_000 });
  expect(settings).toMatchObject({
    shared_buffers: buffers,
    work_mem: work,
    maintenance_work_mem: maintenance,
  });
});

it("keeps the write-ahead log to a tenth of the free disk", () => {
  const of = (freeDiskMiB: number) =>
    settingsFor({ memoryMiB: 4_096, freeDiskMiB, sharedMemoryMiB: 64 })["max_wal_size"];
  expect([of(500), of(10_000), of(1_000_000)]).toEqual(["128MB", "1000MB", "4096MB"]);
});

it("does without /dev/shm where that is tiny", () => {
  const machine = { memoryMiB: 4_096, freeDiskMiB: 10_000, sharedMemoryMiB: 64 };
  expect(settingsFor(machine)["dynamic_shared_memory_type"]).toBe("mmap");
});
