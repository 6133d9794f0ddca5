/** How the page is served and built: for `npm start`, `npm run build:web` and `npx vite web`. */
import { defineConfig, loadEnv, type Plugin } from "vite";
import { policy } from "./content_security_policy.ts";
import { checkSettings } from "./settings.ts";

const root = decodeURIComponent(new URL(".", import.meta.url).pathname);

/** The policy and the preloads of the two fonts that the first screen is set in. */
const head = (supabaseUrl: string, dev: boolean): Plugin => ({
  name: "head",
  transformIndexHtml: {
    order: "post",
    handler: (html, { bundle }) => ({
      html: html.replace("%CSP%", policy(supabaseUrl, dev)),
      tags: Object.keys(bundle ?? {}).filter((file) => /-latin-(opsz|wght)-.*woff2$/.test(file))
        .map((file) => ({
          tag: "link",
          attrs: {
            rel: "preload",
            href: `./${file}`,
            as: "font",
            type: "font/woff2",
            crossorigin: "",
          },
        })),
    }),
  },
});

export default defineConfig(({ mode, command }) => {
  const env = loadEnv(mode, root, "VITE_");
  for (const name of ["VITE_SUPABASE_URL", "VITE_SUPABASE_PUBLISHABLE_KEY"]) {
    if (!env[name]) {
      throw new Error(
        `${name} is missing: set it in the shell or in web/.env.`,
      );
    }
  }
  checkSettings(env.VITE_SUPABASE_URL!, env.VITE_SUPABASE_PUBLISHABLE_KEY!);
  return {
    root,
    base: "./", // the page runs in any folder of any host
    plugins: [head(env.VITE_SUPABASE_URL!, command === "serve")],
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    server: {
      host: "127.0.0.1",
      strictPort: true,
      fs: {
        allow: [
          ".",
          "../node_modules",
          "../supabase/functions/_shared",
          "../supabase/functions/_board",
        ],
      },
    },
    // named, because Vite's own search takes every JSX for React's
    optimizeDeps: {
      noDiscovery: true,
      include: [
        "preact",
        "preact/hooks",
        "preact/jsx-runtime",
        "preact/jsx-dev-runtime",
        "@preact/signals",
        "@supabase/supabase-js",
      ],
    },
    build: {
      outDir: "dist",
      target: "es2023",
      assetsInlineLimit: 0, // the policy allows no data: fonts
      modulePreload: { polyfill: false },
      rollupOptions: {
        external: /^node:/, // of the drawing, which the page imports and never calls
        output: {
          // changes less often than the page, so that browsers keep it
          codeSplitting: {
            groups: [{ name: "supabase", test: /node_modules\/(@supabase|tslib|iceberg-js)/ }],
          },
        },
      },
    },
  };
});
