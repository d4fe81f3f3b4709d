// What a request's line may be made of: checked where a guest sets it, whatever its version of wasi:http.
import { string, variant, type WitType } from '../../wit/types.ts';

export type Method =
  | {
      readonly tag: 'get' | 'head' | 'post' | 'put' | 'delete' | 'connect' | 'options' | 'trace' | 'patch';
      readonly val?: undefined;
    }
  | { readonly tag: 'other'; readonly val: string };

export type Scheme =
  | { readonly tag: 'HTTP' | 'HTTPS'; readonly val?: undefined }
  | { readonly tag: 'other'; readonly val: string };

/** Each version of wasi:http/types owns one of its own. */
export const declareMethod = (): WitType<Method> =>
  variant('method', {
    get: null,
    head: null,
    post: null,
    put: null,
    delete: null,
    connect: null,
    options: null,
    trace: null,
    patch: null,
    other: string,
  });

export const declareScheme = (): WitType<Scheme> => variant('scheme', { HTTP: null, HTTPS: null, other: string });

/** As HTTP writes it. */
export const methodName = (method: Method): string => (method.tag === 'other' ? method.val : method.tag.toUpperCase());

/** A request without one is of https (wasi:http leaves it to the host). */
export const schemeName = (scheme: Scheme | undefined): string =>
  scheme?.tag === 'other' ? scheme.val : scheme?.tag === 'HTTP' ? 'http' : 'https';

export const isMethod = (method: Method): boolean => method.tag !== 'other' || /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method.val);

export const isScheme = (scheme: Scheme | undefined): boolean =>
  scheme?.tag !== 'other' || /^[A-Za-z][A-Za-z0-9+\-.]*$/.test(scheme.val);

/** A URL parser forgives what is no part of an authority: spaces around it, line ends, a path behind it. */
export const isAuthority = (authority: string | undefined): boolean =>
  authority === undefined || (/^[^\s/?#\\]+$/.test(authority) && URL.canParse(`http://${authority}`));

export const isPathWithQuery = (path: string | undefined): boolean =>
  path === undefined || /^[\u0021\u0022\u0024-\u007e\u0080-\u{10ffff}]*$/u.test(path);

/** What HTTP lets a status be. */
export const isStatus = (status: number): boolean => status >= 100 && status <= 999;
