import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeErrorCode, errorCodeOf, httpIoError, internalError } from '../../../src/host/wasi-http/error-code.ts';

test('an http error is found again in the stream error that carries it', () => {
  const code = internalError('boom');
  const error = httpIoError(code);
  assert.equal(error.message, 'internal-error: boom');
  assert.equal(errorCodeOf(error), code);
});

for (const cause of [undefined, null, 'text', {}, new Error('x')]) {
  test(`an error caused by ${cause instanceof Error ? 'an Error' : JSON.stringify(cause)} has no http error code`, () => {
    assert.equal(errorCodeOf({ message: 'm', cause }), undefined);
  });
}

test('a code without text is described by its name alone', () => {
  assert.equal(describeErrorCode({ tag: 'connection-refused' }), 'connection-refused');
  assert.equal(describeErrorCode({ tag: 'HTTP-request-body-size', val: 4n }), 'HTTP-request-body-size');
  assert.equal(describeErrorCode({ tag: 'internal-error', val: undefined }), 'internal-error');
});
