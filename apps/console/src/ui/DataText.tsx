import { cx } from "../lib/class-names.ts";
import { visibleParts, visibleText } from "../lib/hidden-characters.ts";

/**
 * Text that others chose (names, hosts, URLs). It is shown as text, isolated from its surroundings,
 * with hidden characters spelt out; it is never a link to where it points.
 */
export function DataText({
  children,
  mono,
  truncate,
}: {
  children: string;
  mono?: boolean;
  truncate?: boolean;
}) {
  return (
    <bdi
      className={cx(mono && "mono font-normal", truncate ? "block truncate" : "wrap-anywhere")}
      title={truncate ? visibleText(children) : undefined}
    >
      {visibleParts(children).map((part, index) =>
        part.hidden ? (
          <span
            key={`${index}${part.text}`}
            className="mx-px rounded-sm border border-warning px-0.5 text-xs text-warning"
          >
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </bdi>
  );
}
