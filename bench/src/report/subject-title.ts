// `tspin/rust` as people call it.
import { contenders } from '../contenders.ts';
import { guests } from '../guests.ts';

export function subjectTitle(id: string): string {
  const [name, guestId] = id.split('/');
  const contender = contenders.find(one => one.id === name)?.title ?? id;
  const guest = guests.find(one => one.id === guestId)?.title;
  return guest === undefined ? contender : `${contender}: ${guest}`;
}
