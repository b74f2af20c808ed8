import { useEffect } from "react";
import { useProduct } from "../shell/product.tsx";

/** Names the page in the browser's tab, with the product after it. */
export function usePageTitle(title: string): void {
  const product = useProduct();
  useEffect(() => {
    document.title = `${title} · ${product.name}`;
  }, [title, product.name]);
}
