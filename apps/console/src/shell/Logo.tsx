/** The product's mark: two waves under a post. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden className="flex-none">
      <rect width="32" height="32" rx="7" className="fill-accent" />
      <path
        d="M5 12.5c3.6 0 3.6 3 7.3 3s3.7-3 7.4-3 3.7 3 7.3 3M5 19.5c3.6 0 3.6 3 7.3 3s3.7-3 7.4-3 3.7 3 7.3 3M16 5v4"
        fill="none"
        className="stroke-on-accent"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
