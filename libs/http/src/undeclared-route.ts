/** The service does not start: nobody said who may call this route. */
export class UndeclaredRoute extends Error {
  override readonly name = 'UndeclaredRoute';

  constructor(route: string) {
    super(`${route} has no policy: declare it with @Endpoint({ allow: ... }), or list its prefix in extraRoutes`);
  }
}
