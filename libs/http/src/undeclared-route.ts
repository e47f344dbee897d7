/** The service does not start: nobody said who may call this route. */
export class UndeclaredRoute extends Error {
  override readonly name = 'UndeclaredRoute';

  constructor(route: string) {
    super(`${route} has no policy: declare it with @Endpoint({ allow: ... }), or list its prefix in extraRoutes`);
  }
}

/** The service does not start: a route asks for a second factor, and nobody here knows who has one. */
export class StepUpUnanswered extends Error {
  override readonly name = 'StepUpUnanswered';

  constructor(route: string) {
    super(`${route} wants a second factor of those who have one: give startService() hasSecondFactor`);
  }
}

/** The service does not start: signatures are verified by a `SignedRoute`, and only there. */
export class UnverifiedRoute extends Error {
  override readonly name = 'UnverifiedRoute';

  constructor(route: string) {
    super(`${route}: allow.signedBy() belongs to a SignedRoute, and a SignedRoute has no other policy`);
  }
}
