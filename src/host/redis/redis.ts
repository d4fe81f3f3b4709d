// Redis, in every version of its interface: the checks of Spin, then the interface's own error, since there is no client yet.
import { err, type Result } from '../../wit/types.ts';
import { provide, type HostInterface } from '../interface.ts';
import { serverInterface, shownAddress, unreachable, type ServerAccess } from '../outbound/server-access.ts';
import { redisTypesV1, redisV1, redisV2, redisV3 } from './declarations.ts';

type OpenError = { readonly tag: 'invalid-address'; readonly val?: undefined } | { readonly tag: 'other'; readonly val: string };

/** What is not permitted is an invalid address as well, as in Spin (spin-behaviour 3.5). */
async function open(access: ServerAccess, address: string): Promise<Result<never, OpenError>> {
  const destination = await access.allow(address);
  if (!destination || !isRedisUrl(address)) return err({ tag: 'invalid-address' });
  return err({ tag: 'other', val: access.notServed(shownAddress(destination)) });
}

/** The interface without a version has one error for everything, and no text for it. */
async function fail(access: ServerAccess, address: string): Promise<Result<never, 'error'>> {
  await open(access, address);
  return err('error');
}

/** What the library in Spin takes: the scheme has to be written, and what is behind the host is a database's number. */
function isRedisUrl(address: string): boolean {
  if (!/^(redis|valkey)s?:\/\//i.test(address) || !URL.canParse(address)) return false;
  const { hostname, pathname } = new URL(address);
  return hostname !== '' && /^\/*([+-]?\d+)?\/*$/.test(pathname);
}

const methods = {
  '[method]connection.publish': unreachable,
  '[method]connection.get': unreachable,
  '[method]connection.set': unreachable,
  '[method]connection.incr': unreachable,
  '[method]connection.del': unreachable,
  '[method]connection.sadd': unreachable,
  '[method]connection.smembers': unreachable,
  '[method]connection.srem': unreachable,
  '[method]connection.execute': unreachable,
} as const;

export const redis = (): HostInterface<ServerAccess> =>
  serverInterface('redis', { name: 'Redis', scheme: 'redis' }, [
    provide<ServerAccess>()(redisTypesV1, {}),
    provide<ServerAccess>()(redisV1, {
      publish: fail,
      get: fail,
      set: fail,
      incr: fail,
      del: fail,
      sadd: fail,
      smembers: fail,
      srem: fail,
      execute: fail,
    }),
    provide<ServerAccess>()(redisV2, { '[static]connection.open': open, ...methods }),
    provide<ServerAccess>()(redisV3, { '[static]connection.open': open, ...methods }),
  ]);
