import { AppError, type ErrorDetail } from "@breakwater/protocol";
import { checkCustomRules } from "@breakwater/suricata";

const SHOWN_PROBLEMS = 100;
const SHOWN_RULE = 200;

/** Refuses own rules that a device must not or could not load, each with line and reason. */
export function checkRules(text: string): void {
  const { problems } = checkCustomRules(text);
  const [first] = problems;
  if (first === undefined) return;
  const lines = text.split("\n");
  const details = problems.slice(0, SHOWN_PROBLEMS).map(
    ({ line, reason, remedy }): ErrorDetail => ({
      field: `rules.line.${line}`,
      value: (lines[line - 1] ?? "").trim().slice(0, SHOWN_RULE),
      reason,
      remedy,
    }),
  );
  const more = problems.length === 1 ? "" : ` ${problems.length - 1} more problems.`;
  const message = `Line ${first.line}: ${first.reason}. ${first.remedy}.${more}`;
  throw new AppError("Unprocessable", message, { details });
}
