/** How far something is; with `max` absent only that it moves. */
export function ProgressBar({
  label,
  value,
  max,
}: {
  label: string;
  value: number;
  max: number | null;
}) {
  return (
    <progress
      aria-label={label}
      className="progress h-1.5 w-full"
      {...(max === null ? {} : { max: Math.max(1, max), value: Math.min(value, Math.max(1, max)) })}
    />
  );
}
