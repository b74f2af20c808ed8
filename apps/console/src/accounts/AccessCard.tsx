import type { ReactNode } from "react";
import { Logo } from "../shell/Logo.tsx";
import { useProduct } from "../shell/product.tsx";

/** The one thing on the screen before the console opens. */
export function AccessCard({ title, children }: { title: string; children: ReactNode }) {
  const product = useProduct();
  return (
    <main className="flex min-h-full flex-col items-center bg-raised px-4 pt-[16vh] pb-10">
      <div className="mb-6 flex items-center gap-2.5">
        <Logo size={30} />
        <span className="text-xl font-semibold">{product.name}</span>
      </div>
      <div className="w-full max-w-sm rounded-lg border border-hairline bg-ground p-6">
        <h1 className="mb-4 text-lg font-semibold">{title}</h1>
        {children}
      </div>
    </main>
  );
}
