# One image for every service; the command says which one runs:  node apps/<app>/dist/main.js
# The steps below were run by hand, outside of a container. `docker build` itself has not been run yet: see CHANGELOG.md.

FROM node:24-slim AS build
WORKDIR /app
ENV NPM_CONFIG_UPDATE_NOTIFIER=false
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml prisma.config.ts tsconfig.base.json tsconfig.build.json ./
COPY prisma prisma
COPY libs libs
COPY apps apps
COPY e2e/package.json e2e/package.json
COPY chaos/package.json chaos/package.json
RUN npx -y pnpm@12.21.0 install --frozen-lockfile
# Writing the client needs no engine; pointing at one keeps Prisma from downloading it.
RUN PRISMA_SCHEMA_ENGINE_BINARY=/bin/true node_modules/.bin/prisma generate && node_modules/.bin/tsc -b tsconfig.build.json
# Only what runs: no compilers, no pinned Node (the image is one), no embedded Postgres.
RUN rm -rf node_modules apps/*/node_modules libs/*/node_modules e2e chaos \
  && npx -y pnpm@12.21.0 install --frozen-lockfile --prod --no-optional \
  && find apps libs -type d -name src -prune -exec rm -rf {} +

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/libs libs
COPY --from=build /app/apps apps
COPY --from=build /app/prisma/migrations prisma/migrations
# What the services and the doctor hold the database against.
COPY --from=build /app/prisma/invariants prisma/invariants
COPY --from=build /app/package.json package.json
# The image's own account `node`, by number, so that Kubernetes can see that it is not root.
USER 1000:1000
CMD ["node", "--version"]
