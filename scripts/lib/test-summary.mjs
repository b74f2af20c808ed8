/**
 * Counts of one Vitest run. A test file that could not even be loaded, and an error outside any test,
 * count as failures: green must mean that everything ran.
 *
 * @param {{ numPassedTests?: number, numFailedTests?: number, numPendingTests?: number,
 *   numTodoTests?: number, testResults?: { status: string, assertionResults: unknown[] }[] } | undefined} report
 *   Vitest's JSON report; undefined when there is none
 * @param {number} exitCode of Vitest
 * @returns {{ passed: number, failed: number }}
 */
export function countTests(report, exitCode) {
  const unloaded = (report?.testResults ?? []).filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  const failed = (report?.numFailedTests ?? 0) + unloaded.length + skipped;
  const passed = report?.numPassedTests ?? 0;
  const nothingRan = passed + failed === 0;
  return { passed, failed: failed === 0 && (exitCode !== 0 || nothingRan) ? 1 : failed };
}

/**
 * The last line of `npm test`.
 *
 * @param {{ passed: number, failed: number }} counts
 */
export function summaryLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
