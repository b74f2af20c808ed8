import { OutboundError } from "@breakwater/outbound";
import { AppError } from "@breakwater/protocol";

/** What other servers do wrong is for people to read, and no fault of ours. */
export function explained(error: unknown): unknown {
  if (!(error instanceof OutboundError)) return error;
  const details = [{ reason: error.message, remedy: error.remedy }];
  return new AppError("BadGateway", error.message, { details, cause: error });
}

export function shownError(error: unknown): { message: string; remedy: string } {
  if (!(error instanceof AppError)) {
    return { message: "An internal error occurred", remedy: "See the log of this SMS" };
  }
  const remedy = error.details.find((one) => one.remedy !== undefined)?.remedy ?? "";
  return { message: error.message, remedy };
}

export function tooMany(found: number, most: number): AppError {
  const reason = `the feed has ${found} entries, and ${most} are allowed`;
  const remedy = "Allow more entries for this feed, if it is meant to be that long";
  return new AppError("Unprocessable", `maxEntries: ${reason}. ${remedy}.`, {
    details: [{ field: "maxEntries", value: String(found), reason, remedy }],
  });
}

export function nothingUsable(): AppError {
  const reason = "nothing in what the feed sends is an indicator";
  const remedy = "Test the feed: check its address, format and columns";
  return new AppError("Unprocessable", `${reason}. ${remedy}.`, { details: [{ reason, remedy }] });
}
