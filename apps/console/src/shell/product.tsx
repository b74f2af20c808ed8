import { createContext, type ReactNode, useContext } from "react";
import type { Action } from "../ui/shortcuts.tsx";
import type { AppRoute } from "./navigation.ts";

/** What tells the two consoles apart. */
export type Product = {
  name: string;
  /** The short name beside the logo. */
  short: string;
  navigation: readonly AppRoute[];
  /** What a pasted value can be used for. */
  valueActions: (value: string, go: (href: string) => void) => Action[];
  /** State shown at the right of the top bar. */
  status: ReactNode;
};

const ProductContext = createContext<Product | undefined>(undefined);
export const ProductProvider = ProductContext.Provider;

export function useProduct(): Product {
  const product = useContext(ProductContext);
  if (product === undefined) throw new Error("useProduct needs a ProductProvider");
  return product;
}
