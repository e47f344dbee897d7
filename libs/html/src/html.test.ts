import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';

describe('the html template', () => {
  it('escapes every value, in text and in attributes', () => {
    const value = `"><script>alert('1')</script>&`;
    expect(html`<a title="${value}">${value}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</a>',
    );
  });

  it('keeps what it made itself', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(
      html`<ul>
        ${items}
      </ul>`.text.replaceAll(/\s/g, ''),
    ).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
  });
});
