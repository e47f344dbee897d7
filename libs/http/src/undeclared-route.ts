/** The service does not start: nobody said who may call this route. */
export class UndeclaredRoute extends Error {
  override readonly name = 'UndeclaredRoute';

  constructor(route: string) {
    super(`${route} has no policy: declare it with @Endpoint({ allow: ... }), or list its prefix in extraRoutes`);
  }
}

/** The service does not start: signatures are verified by a `SignedRoute`, and only there. */
export class UnverifiedRoute extends Error {
  override readonly name = 'UnverifiedRoute';

  constructor(route: string) {
    super(`${route}: allow.signedBy() belongs to a SignedRoute, and a SignedRoute has no other policy`);
  }
}
