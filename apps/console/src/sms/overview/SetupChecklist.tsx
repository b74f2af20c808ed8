import type { Overview } from "@breakwater/protocol";
import { Link } from "@tanstack/react-router";
import CircleCheck from "lucide-react/icons/circle-check";
import CircleDashed from "lucide-react/icons/circle-dashed";
import { Section } from "../../ui/Section.tsx";

/** The way from an empty system to the first blocked packet. */
export function SetupChecklist({ steps }: { steps: Overview["setup"] }) {
  const done = steps.filter((step) => step.done).length;
  return (
    <Section
      title="Set up"
      actions={<span className="text-muted">{`${done} of ${steps.length} done`}</span>}
    >
      <ol className="border-t border-hairline">
        {steps.map((step) => (
          <li key={step.step} className="border-b border-hairline">
            <Link
              to={step.path.split("?")[0] ?? step.path}
              search={
                Object.fromEntries(new URLSearchParams(step.path.split("?")[1] ?? "")) as never
              }
              className="flex items-center gap-2.5 py-2 hover:bg-hover"
            >
              {step.done ? (
                <CircleCheck size={16} aria-hidden className="flex-none text-ok" />
              ) : (
                <CircleDashed size={16} aria-hidden className="flex-none text-muted" />
              )}
              <span className={step.done ? "text-muted" : "font-medium"}>{step.step}</span>
              <span className="sr-only">{step.done ? "done" : "to do"}</span>
            </Link>
          </li>
        ))}
      </ol>
    </Section>
  );
}
