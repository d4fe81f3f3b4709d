// The filters of Spin's templates: `{{ project-name | snake_case }}`.

export type Filter = (text: string) => string;

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
const pascal: Filter = text => wordsOf(text).map(capitalised).join('');

export const filters: ReadonlyMap<string, Filter> = new Map([
  ['kebab_case', text => wordsOf(text).join('-').toLowerCase()],
  ['snake_case', text => wordsOf(text).join('_').toLowerCase()],
  ['pascal_case', pascal],
  ['dotted_pascal_case', text => text.split('.').map(pascal).join('.')],
  ['http_wildcard', text => (text.endsWith('/...') ? text : `${text}${text.endsWith('/') ? '' : '/'}...`)],
]);

/** Words end at anything that is not a letter or digit, before a capital after a small letter, and in `HTTPServer` before the S. */
function wordsOf(text: string): readonly string[] {
  return text
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '');
}
