import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statePlace } from '../../../src/host/key-value/used-files.ts';
import { TspinError } from '../../../src/errors.ts';
import { failureText, startError } from '../../../src/host/key-value/sqlite-failure.ts';

const starts = [
  ['SQLITE_BUSY', 'key-value-file-locked'],
  ['SQLITE_BUSY_RECOVERY', 'key-value-file-locked'],
  ['SQLITE_FULL', 'key-value-disk-full'],
  ['SQLITE_NOTADB', 'key-value-file-damaged'],
  ['SQLITE_CORRUPT_INDEX', 'key-value-file-damaged'],
  ['SQLITE_READONLY', 'key-value-file-unusable'],
  ['SQLITE_CANTOPEN', 'key-value-file-unusable'],
  ['SQLITE_IOERR_WRITE', 'key-value-file-unusable'],
] as const;
for (const [code, want] of starts) {
  test(`at start ${code} is told as ${want}, with the path, the cause and what to do`, () => {
    const error = startError({ code, message: 'the cause' }, statePlace('/state/file.db'));
    assert.ok(error instanceof TspinError);
    assert.equal(error.code, want);
    assert.match(error.message, /^the key-value file \/state\/file.db .*: the cause$/);
    assert.notEqual(error.help.length, 0);
  });
}

test('at start a failure that is not of SQLite stays a bug', () => {
  assert.ok(!(startError({ code: 'OTHER', message: 'x is not a function' }, statePlace('/file.db')) instanceof TspinError));
});

test('a guest is told the words of SQLite, with what they mean where that is not plain', () => {
  assert.equal(
    failureText({ code: 'SQLITE_CORRUPT', message: 'database disk image is malformed' }),
    'database disk image is malformed',
  );
  assert.match(failureText({ code: 'SQLITE_BUSY', message: 'database is locked' }), /^database is locked: another program/);
});
