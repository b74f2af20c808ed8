import { ApiError } from "@breakwater/client";
import { Callout } from "./Callout.tsx";

/** What failed, what to do about it, and the id to quote; nothing when there is no error. */
export function ErrorCallout({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  if (!(error instanceof ApiError)) {
    return (
      <Callout tone="error">{error instanceof Error ? error.message : "Something failed."}</Callout>
    );
  }
  const details = error.details.filter(
    (detail) => detail.reason !== "" && !error.message.includes(detail.reason),
  );
  return (
    <Callout tone="error" title={error.message}>
      {details.length > 0 && (
        <ul className="flex flex-col gap-1">
          {details.map((detail) => (
            <li key={`${detail.field ?? ""}${detail.reason}`}>
              {detail.field !== undefined && <code>{detail.field}: </code>}
              {detail.reason} {detail.remedy}
            </li>
          ))}
        </ul>
      )}
      {error.requestId !== undefined && (
        <p className="text-xs text-muted">Request {error.requestId}</p>
      )}
    </Callout>
  );
}
