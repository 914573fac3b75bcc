/** The table of routes, for who documents it or tests by it. */
export type { AnswerKind, AuthClass, Param, ParamKind, Route, RouteDoc, Scope } from './http/route.ts';
export { type Match, type Place, Router } from './http/router.ts';
export { routes } from './http/routes.ts';
export { parseTarget, type Target } from './http/target.ts';
