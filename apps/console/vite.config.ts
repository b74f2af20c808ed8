import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Fonts used by the first paint are fetched with it, or texts would jump and charts draw in Times. */
function preloadFonts(): Plugin {
  const wanted = /(inter-latin-wght-normal|jetbrains-mono-latin-wght-normal)[^/]*\.woff2$/;
  return {
    name: "preload-fonts",
    transformIndexHtml: {
      order: "post",
      handler: (_, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => wanted.test(file))
          .map((file) => ({
            tag: "link",
            attrs: {
              rel: "preload",
              as: "font",
              type: "font/woff2",
              crossorigin: "",
              href: `/${file}`,
            },
            injectTo: "head",
          })),
    },
  };
}

/** `--mode sms` and `--mode hub` build the two consoles from one source tree. */
export default defineConfig(({ mode }) => {
  const product = mode === "hub" ? "hub" : "sms";
  return {
    root: path(`src/${product}`),
    publicDir: path("public"),
    cacheDir: path(`node_modules/.vite-${product}`),
    plugins: [react(), tailwindcss(), preloadFonts()],
    resolve: {
      alias: {
        "@breakwater/client": path("../../packages/client/src/index.ts"),
        "@breakwater/protocol/query-language": path(
          "../../packages/protocol/src/query-language/index.ts",
        ),
      },
    },
    define: { "process.env.NODE_ENV": JSON.stringify(process.env.NODE_ENV ?? "production") },
    build: {
      outDir: path(`dist/${product}`),
      emptyOutDir: true,
      manifest: true,
      // A font as a data: URL would be refused by the content security policy.
      assetsInlineLimit: 0,
      target: ["chrome123", "firefox121", "safari17.5"],
      reportCompressedSize: false,
      // The polyfill is an inline script.
      modulePreload: { polyfill: false },
    },
  };
});
