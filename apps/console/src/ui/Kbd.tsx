/** Keys as they are printed on the keyboard: `g e` is two keys. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {keys.split(" ").map((key, index) => (
        <kbd
          key={`${index}${key}`}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-hairline bg-raised px-1 font-sans text-xs text-muted"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
