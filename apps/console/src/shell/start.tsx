import type { AnyRouter } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "../query/create-query-client.ts";
import { App } from "./App.tsx";
import type { Product } from "./product.tsx";
import { applyTheme, storedTheme } from "./theme.ts";

/** Draws a console into the page. */
export function start(product: Product, router: AnyRouter): void {
  applyTheme(storedTheme());
  const root = document.querySelector("#root");
  if (root === null) throw new Error("index.html has no #root");
  createRoot(root).render(
    <StrictMode>
      <App product={product} router={router} queryClient={createQueryClient()} />
    </StrictMode>,
  );
}
