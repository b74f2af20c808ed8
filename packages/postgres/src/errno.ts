/** Is this a system error with one of these codes (`ENOENT`, `EACCES`, ...)? */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Runs a file operation whose target may be missing. */
export async function orIfMissing<T, U>(work: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await work;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return otherwise;
    throw error;
  }
}
