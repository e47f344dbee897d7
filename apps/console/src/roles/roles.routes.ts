import { html } from '@signalbox/html';
import type { FastifyInstance } from 'fastify';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { sendPage } from '../pages/page.js';
import { table } from '../pages/table.js';
import type { NeededRole } from './role.js';
import { isSafe, type RouteRole } from './route-roles.js';

/** `/roles`: who may do what, as the gate itself has it. */
export async function roleRoutes(fastify: FastifyInstance): Promise<void> {
  fastify.get('/roles', (request, reply) => sendPage(reply, 200, rolesPage(request.server.routeRoles.all())));
}

const WHO: Readonly<Record<NeededRole, string>> = {
  anybody: 'whoever has the operator password',
  signed_in: 'whoever is signed in',
  viewer: 'viewer, operator, admin',
  operator: 'operator, admin',
  admin: 'admin',
  nobody: 'nobody',
};

function rolesPage(routes: readonly RouteRole[]): Page {
  const changing = routes.filter(({ method }) => !isSafe(method));
  const shown = changing.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  return operatorPage({
    title: 'Roles',
    trail: [{ text: 'Console', url: '/' }],
    body: html`<p>
        A viewer sees every page. What changes something is for these roles; each use is written into the event log.
      </p>
      ${table(shown, [
        { title: 'What', cell: (route) => html`<code>${nameOf(route)}</code>` },
        { title: 'Who', cell: ({ role }) => WHO[role] },
      ])}
      <p class="quiet">
        Roles are given and taken with <code>signalbox operators grant</code> and <code>remove</code>, and count at
        once.
      </p>`,
  });
}

const nameOf = ({ method, url }: RouteRole): string => `${method} ${url}`;
