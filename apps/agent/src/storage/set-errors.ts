import { AppError, messageOf } from "@breakwater/protocol";

/** A disk that cannot be read is no reason to go on with an empty set. */
export function unlessDamaged(error: unknown): undefined {
  if (error instanceof AppError || error instanceof RangeError) return undefined;
  throw error;
}

export function asDiskError(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOSPC") return error;
  const message = `The disk is full: the reputation set was not stored, the device keeps the one it has (${messageOf(error)}).`;
  return new AppError("DiskFull", message, { cause: error });
}
