import { defineConfig } from "vitest/config";

// Source is tested as written: workspace packages resolve to `src` through the
// "development" export condition. Tests that spawn real processes use `dist`.
export default defineConfig({
  resolve: { conditions: ["development"] },
  ssr: { resolve: { conditions: ["development"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    // One PostgreSQL server per run, started by the first test that asks for it.
    globalSetup: ["packages/postgres/src/testing/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
