import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

const NowContext = createContext<number | undefined>(undefined);

/** One clock for every relative time on the page, so that they change together. */
export function NowProvider({ children }: { children: ReactNode }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={now}>{children}</NowContext>;
}

/** UNIX ms, renewed every 5 s. Times from the server may be slightly ahead of it. */
export function useNow(): number {
  const now = useContext(NowContext);
  if (now === undefined) throw new Error("useNow needs a NowProvider");
  return now;
}
