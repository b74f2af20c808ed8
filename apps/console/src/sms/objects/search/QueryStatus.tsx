import CircleX from "lucide-react/icons/circle-x";
import { visibleText } from "../../../lib/hidden-characters.ts";
import { useThrottled } from "../../../ui/use-throttled.ts";
import type { ReadQuery } from "./read-query.ts";

const SPEAK_MS = 1_500;

/** The search in words, or what is wrong with it. */
export function QueryStatus({ id, read }: { id: string; read: ReadQuery }) {
  const [problem] = read.problems;
  const more = read.problems.length - 1;
  const words =
    problem === undefined
      ? read.words
      : `${problem.message}${more > 0 ? ` And ${more} more.` : ""}`;
  const spoken = useThrottled(words, SPEAK_MS);
  return (
    <>
      <p
        id={id}
        className={`flex min-h-4 items-start gap-1.5 text-xs ${problem === undefined ? "text-muted" : "text-error"}`}
      >
        {problem !== undefined && <CircleX size={12} aria-hidden className="mt-0.5 flex-none" />}
        <bdi className="min-w-0 wrap-anywhere">{visibleText(words)}</bdi>
      </p>
      <span role="status" className="sr-only">
        {spoken}
      </span>
    </>
  );
}
