export { html, Html } from './html.js';
export { formOf, queryOf, takeForms } from './forms.js';
export { readCookie } from './read-cookie.js';
