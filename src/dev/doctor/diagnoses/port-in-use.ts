// `port-in-use`: `tspin up` could not listen where it would.
import type { Diagnosis } from '../diagnosis.ts';

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'the system does not permit it',
  EADDRNOTAVAIL: 'it is no address of this machine',
};

export const portInUse: Diagnosis = {
  name: 'port-in-use',
  examine: async ({ machine }) => {
    const code = await machine.listenProblem();
    if (code === undefined) return [];
    const { host, port } = machine.listen;
    return [
      {
        message: `tspin up cannot listen on ${host.includes(':') ? `[${host}]` : host}:${port}: ${reasons[code] ?? code}`,
        help: [
          'stop the other program, or choose another port: tspin up --listen 127.0.0.1:3001',
          'or have one chosen: --find-free-port',
        ],
      },
    ];
  },
};
