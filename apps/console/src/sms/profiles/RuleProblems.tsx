import type { ErrorDetail } from "@breakwater/protocol";
import { Callout } from "../../ui/Callout.tsx";
import { DataText } from "../../ui/DataText.tsx";

/** Refused rules: where, why, what to do, and the rule itself. */
export function RuleProblems({
  message,
  problems,
}: {
  message: string;
  problems: readonly ErrorDetail[];
}) {
  return (
    <Callout tone="error" title={message}>
      <ul className="flex flex-col gap-2">
        {problems.map((problem, index) => (
          <li key={`${index}${problem.field ?? ""}`}>
            <span className="font-medium">{placeOf(problem)}</span>{" "}
            <DataText>{problem.reason}</DataText> {problem.remedy}
            {problem.value !== undefined && (
              <span className="block">
                <DataText mono>{problem.value}</DataText>
              </span>
            )}
          </li>
        ))}
      </ul>
    </Callout>
  );
}

/** `line 3`, `rules.3` and `rules[3]` all mean line 3. */
function placeOf({ field }: ErrorDetail): string {
  const line = /(\d+)\D*$/.exec(field ?? "")?.[1];
  if (line !== undefined) return `Line ${line}:`;
  return field === undefined ? "" : `${field}:`;
}
