import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type AnyRouter, RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { FirstPassword } from "../accounts/FirstPassword.tsx";
import { Login } from "../accounts/Login.tsx";
import { SessionProvider, useSessionQuery } from "../accounts/session.tsx";
import { ShortcutsProvider } from "../ui/shortcuts.tsx";
import { LoadFailed } from "../ui/states.tsx";
import { ToastProvider } from "../ui/Toasts.tsx";
import { NowProvider } from "../ui/use-now.tsx";
import { type Product, ProductProvider } from "./product.tsx";

type AppProps = { product: Product; router: AnyRouter; queryClient: QueryClient };

/** Both consoles: providers, then login, first password, or the pages. */
export function App({ product, router, queryClient }: AppProps) {
  return (
    <QueryClientProvider client={queryClient}>
      <ProductProvider value={product}>
        <NowProvider>
          <ToastProvider>
            <ShortcutsProvider>
              <Gate router={router} />
            </ShortcutsProvider>
          </ToastProvider>
        </NowProvider>
      </ProductProvider>
    </QueryClientProvider>
  );
}

function Gate({ router }: { router: AnyRouter }) {
  const session = useSessionQuery();
  const user = useKeptUser(session.data?.user.id);
  if (session.data === null) return <Login />;
  if (session.data === undefined) {
    if (session.error === null) return null;
    return (
      <main className="pt-[16vh]">
        <LoadFailed
          error={session.error}
          level={1}
          what="the console"
          onRetry={() => void session.refetch()}
        />
      </main>
    );
  }
  if (session.data.mustChangePassword) return <FirstPassword />;
  return (
    <SessionProvider value={session.data}>
      <RouterProvider key={user} router={router} />
    </SessionProvider>
  );
}

/** Remembers who was last logged in, so that another user starts with fresh pages. */
function useKeptUser(id: string | undefined): string | undefined {
  const [kept, setKept] = useState(id);
  if (id !== undefined && id !== kept) setKept(id);
  return kept;
}
