import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";

type Values = Record<string, string>;

/**
 * The page's state, kept in the query of its address. `defaults` names the fields; a field at its
 * default is left out of the address. Typing replaces the history entry, choices add one.
 */
export function useUrlState<T extends Values>(
  defaults: T,
): [T, (patch: Partial<T>, options?: { replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const fingerprint = JSON.stringify(search);
  // oxlint-disable-next-line react/exhaustive-deps -- the fingerprint stands for `search`
  const values = useMemo(() => valuesIn(search, defaults), [fingerprint, defaults]);
  const set = useCallback(
    (patch: Partial<T>, options: { replace?: boolean } = {}) => {
      void navigate({
        to: ".",
        search: ((previous: Record<string, unknown>) =>
          withoutDefaults({ ...previous, ...patch }, defaults)) as never,
        replace: options.replace ?? false,
        resetScroll: false,
      });
    },
    [navigate, defaults],
  );
  return [values, set];
}

function valuesIn<T extends Values>(search: Record<string, unknown>, defaults: T): T {
  const values: Values = {};
  for (const [name, fallback] of Object.entries(defaults)) {
    const value = search[name];
    values[name] =
      typeof value === "string" || typeof value === "number" ? String(value) : fallback;
  }
  return values as T;
}

function withoutDefaults(search: Record<string, unknown>, defaults: Values): Values {
  const entries = Object.entries(search).filter(
    ([name, value]) => value !== undefined && value !== defaults[name],
  );
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** A value of the address as one of the allowed ones, or undefined. */
export function oneOf<T extends string>(value: string, allowed: readonly T[]): T | undefined {
  return allowed.find((candidate) => candidate === value);
}
